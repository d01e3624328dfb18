import { describe, expect, it } from '@jest/globals';
import { dockerfileProblems, parseDockerfile } from './dockerfile.js';

const good = [
  'ARG NODE_IMAGE=node:24.11.1-slim',
  'FROM ${NODE_IMAGE} AS build',
  'COPY . .',
  'RUN npm ci \\',
  '  --ignore-scripts',
  'FROM ${NODE_IMAGE} AS service',
  'LABEL org.opencontainers.image.title="x"',
  'COPY --from=build /src/dist ./dist',
  'USER 1000:1000',
  'HEALTHCHECK CMD ["node", "-e", "1"]',
  'ENTRYPOINT ["node", "main.js"]',
].join('\n');

const problems = (from: string | RegExp, to: string): string => dockerfileProblems(good.replace(from, to)).join('\n');

describe('a Dockerfile', () => {
  it('is read as stages with whole instructions', () => {
    const { stages, args } = parseDockerfile(good);
    expect(args).toEqual({ NODE_IMAGE: 'node:24.11.1-slim' });
    expect(stages.map(({ name }) => name)).toEqual(['build', 'service']);
    expect(stages[0]?.instructions[1]).toEqual({ keyword: 'RUN', args: 'npm ci  --ignore-scripts', line: 4 });
  });

  it('of a good form has no problems', () => {
    expect(dockerfileProblems(good)).toEqual([]);
  });

  it.each([
    ['USER 1000:1000', 'USER root', 'runs as root'],
    ['USER 1000:1000\n', '', 'runs as root'],
    ['ENTRYPOINT ["node", "main.js"]', 'ENTRYPOINT node main.js', 'keeps signals to itself'],
    ['HEALTHCHECK CMD ["node", "-e", "1"]\n', '', 'no HEALTHCHECK'],
    ['LABEL org.opencontainers.image.title="x"\n', '', 'no labels'],
    ['node:24.11.1-slim', 'node:latest', 'not pinned'],
    ['node:24.11.1-slim', 'node', 'not pinned'],
    ['COPY --from=build /src/dist ./dist', 'COPY . .', 'takes in the whole checkout'],
    ['COPY --from=build', 'ADD --from=build', 'use COPY'],
    ['USER 1000', 'ENV API_TOKEN=x\nUSER 1000', 'a secret in a layer'],
    ['npm ci', 'npm install', 'ignores the lock'],
    ['RUN npm ci', 'RUN apt-get install -y git && npm ci', '--no-install-recommends'],
  ])('with %j made %j is refused', (from, to, problem) => {
    expect(problems(from, to)).toContain(problem);
  });

  it('is judged by the stage it stands on too', () => {
    const worker = `${good}\nFROM service AS worker\nUSER 0\nRUN true`;
    expect(dockerfileProblems(worker).join()).toContain('stage worker: runs as 0');
  });
});
