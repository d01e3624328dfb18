import { z } from 'zod';
import { found, HttpRefusal, unprocessable } from '../../core/errors.js';
import type { Issue, Label } from '../../core/model.js';
import { labelJson, labelsJson } from '../../core/payloads/issue.js';
import { labelKey } from '../../core/world.js';
import type { Deps } from '../../flows/deps.js';
import { issueOf } from '../../flows/pull-event.js';
import { createSetLabels } from '../../flows/set-labels.js';
import { created, noContent, numberParam, ok, paged, parseBody, repoRoute } from '../http/route.js';
import type { Answer, RepoContext, Route } from '../http/route.js';
import { mayTriage } from './issues.js';

const Name = z.string().min(1).max(50);
const Entry = z.union([Name, z.object({ name: Name })]);
/** GitHub takes `{labels: [...]}` and a bare array. */
const Names = z
  .union([z.object({ labels: z.array(Entry).max(100).default([]) }), z.array(Entry).max(100)])
  .transform((value) => (Array.isArray(value) ? value : value.labels))
  .transform((list) => list.map((entry) => (typeof entry === 'string' ? entry : entry.name)));

const LabelBody = z.object({
  name: Name,
  color: z
    .string()
    .regex(/^[0-9a-fA-F]{6}$/)
    .default('ededed'),
  description: z.string().max(100).nullish(),
});
const LabelPatch = z.object({
  new_name: Name.optional(),
  color: z
    .string()
    .regex(/^[0-9a-fA-F]{6}$/)
    .optional(),
  description: z.string().max(100).nullish(),
});

const read = 'issues:read pull_requests:read';
const write = 'issues:write pull_requests:write';

const onIssues = (deps: Deps): Route[] => {
  const setLabels = createSetLabels(deps);
  const change = async (context: RepoContext, next: (issue: Issue) => readonly string[]): Promise<Answer> => {
    if (!mayTriage(deps, context)) throw new HttpRefusal(403, 'Must have admin rights to Repository.');
    const issue = issueOf(deps, context.repo, numberParam(context, 'number'));
    const changed = await setLabels(context.repo, issue, next(issue), context.actor.login);
    return ok(labelsJson(deps.view, context.repo, changed.labels));
  };
  return [
    repoRoute('GET /issues/:number/labels', read, 'List labels for an issue', (context) => {
      const issue = issueOf(deps, context.repo, numberParam(context, 'number'));
      return paged(context, labelsJson(deps.view, context.repo, issue.labels), (row) => row);
    }),
    repoRoute('POST /issues/:number/labels', write, 'Add labels to an issue', (context) => {
      const names = parseBody(Names, context.body);
      return change(context, (issue) => [...issue.labels, ...names]);
    }),
    repoRoute('PUT /issues/:number/labels', write, 'Set labels for an issue', (context) => {
      const names = parseBody(Names, context.body);
      return change(context, () => names);
    }),
    repoRoute('DELETE /issues/:number/labels', write, 'Remove all labels from an issue', async (context) => {
      await change(context, () => []);
      return noContent;
    }),
    repoRoute('DELETE /issues/:number/labels/:name', write, 'Remove a label from an issue', (context) => {
      const name = (context.params['name'] ?? '').toLowerCase();
      return change(context, (issue) => {
        if (!issue.labels.some((label) => label.toLowerCase() === name)) {
          throw new HttpRefusal(404, 'Label does not exist');
        }
        return issue.labels.filter((label) => label.toLowerCase() !== name);
      });
    }),
  ];
};

/** Takes a label away, and puts others in its place wherever it stands. */
const replaceLabel = ({ world }: Deps, { repoId, name }: Label, others: readonly string[]): void => {
  world.labels.remove(labelKey(repoId, name));
  for (const issue of world.issues.where((row) => row.repoId === repoId && row.labels.includes(name))) {
    world.issues.put({ ...issue, labels: issue.labels.flatMap((label) => (label === name ? others : [label])) });
  }
};

export const createLabelRoutes = (deps: Deps): Route[] => {
  const { world, view } = deps;
  const rowOf = ({ repo, params }: RepoContext): Label =>
    found(world.labels.get(labelKey(repo.id, params['name'] ?? '')));
  return [
    ...onIssues(deps),
    repoRoute('GET /labels', read, 'List labels for a repository', (context) =>
      paged(
        context,
        world.labels.where((row) => row.repoId === context.repo.id),
        (row) => labelJson(view, context.repo, row),
      ),
    ),
    repoRoute('POST /labels', write, 'Create a label', (context) => {
      const { name, color, description } = parseBody(LabelBody, context.body);
      if (world.labels.get(labelKey(context.repo.id, name)) !== undefined) {
        throw unprocessable('Validation Failed', [{ resource: 'Label', code: 'already_exists', field: 'name' }]);
      }
      const row = { id: world.nextId(), repoId: context.repo.id, name, color, description: description ?? null };
      return created(labelJson(view, context.repo, world.labels.put(row)));
    }),
    repoRoute('GET /labels/:name', read, 'Get a label', (context) => ok(labelJson(view, context.repo, rowOf(context)))),
    repoRoute('PATCH /labels/:name', write, 'Update a label', (context) => {
      const row = rowOf(context);
      const { new_name: name, color, description } = parseBody(LabelPatch, context.body);
      if (name !== undefined && name !== row.name) replaceLabel(deps, row, [name]);
      const changed = {
        ...row,
        name: name ?? row.name,
        color: color ?? row.color,
        description: description === undefined ? row.description : description,
      };
      return ok(labelJson(view, context.repo, world.labels.put(changed)));
    }),
    repoRoute('DELETE /labels/:name', write, 'Delete a label', (context) => {
      replaceLabel(deps, rowOf(context), []);
      return noContent;
    }),
  ];
};
