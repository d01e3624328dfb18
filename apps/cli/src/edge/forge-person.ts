import { RigError } from '@rig/kernel';
import { z } from 'zod';

const NewIssue = z.object({ number: z.int().min(1), html_url: z.string().optional() });

/** A person at the forge's REST API: files issues. */
export interface ForgePerson {
  fileIssue(repo: string, issue: { title: string; body: string; labels: readonly string[] }): Promise<number>;
}

export const createForgePerson = (apiUrl: string, token: string): ForgePerson => ({
  fileIssue: async (repo, issue) => {
    const response = await fetch(`${apiUrl}/repos/${repo}/issues`, {
      method: 'POST',
      headers: {
        accept: 'application/vnd.github+json',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'user-agent': 'rig-cli',
      },
      body: JSON.stringify(issue),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    if (response.status !== 201) {
      throw new RigError({
        code: 'ISSUE_NOT_FILED',
        kind: 'terminal',
        message: `the forge answered ${response.status} to a new issue in ${repo}: ${text.slice(0, 200)}`,
      });
    }
    return NewIssue.parse(JSON.parse(text)).number;
  },
});
