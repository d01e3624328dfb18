/** One picture: what it is called, what it asks Prometheus, in which unit. */
export interface Panel {
  readonly title: string;
  /** What the reader should make of it, shown behind the (i). */
  readonly about: string;
  readonly queries: readonly Query[];
  /** Grafana's unit. Default `short`. */
  readonly unit?: string;
  /** `stat`: the last value, large. Default `timeseries`. */
  readonly kind?: 'stat' | 'timeseries';
  /** From here on the picture turns red. */
  readonly redFrom?: number;
  /** From here down it does. */
  readonly redTo?: number;
}

export interface Query {
  readonly expr: string;
  /** `{{label}}` is replaced. */
  readonly legend: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
}

const WIDTH = 24;
const HEIGHT = { stat: 4, timeseries: 8 } as const;

const thresholds = ({ redFrom, redTo }: Panel): unknown => ({
  mode: 'absolute',
  steps: [
    { color: redTo === undefined ? 'green' : 'red', value: null },
    ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }]),
    ...(redTo === undefined ? [] : [{ color: 'green', value: redTo }]),
  ],
});

const render = (panel: Panel, id: number, gridPos: unknown): unknown => {
  const { kind = 'timeseries', unit = 'short' } = panel;
  return {
    id,
    type: kind,
    title: panel.title,
    description: panel.about,
    datasource: { type: 'prometheus', uid: 'prometheus' },
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: kind === 'stat' ? 'thresholds' : 'palette-classic' },
        thresholds: thresholds(panel),
      },
      overrides: [],
    },
    options: kind === 'stat' ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'background' } : {},
    targets: panel.queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      expr,
      legendFormat: legend,
    })),
  };
};

/** Grafana's JSON for a dashboard: rows from top to bottom, the panels of one side by side. */
export const toGrafana = ({ uid, title, about, rows }: Dashboard): unknown => {
  const panels: unknown[] = [];
  let y = 0;
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
    });
    y += 1;
    const w = Math.floor(WIDTH / row.panels.length);
    const h = Math.max(...row.panels.map(({ kind = 'timeseries' }) => HEIGHT[kind]));
    for (const [index, panel] of row.panels.entries()) {
      panels.push(render(panel, panels.length + 1, { x: index * w, y, w, h }));
    }
    y += h;
  }
  return {
    uid,
    title,
    description: about,
    tags: ['rig'],
    schemaVersion: 39,
    version: 1,
    editable: false,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    templating: { list: [] },
    annotations: { list: [] },
    panels,
  };
};
