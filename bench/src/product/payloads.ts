/** Webhooks of issues, as a forge sends them. */
export const issueWebhook = (repo: string, number: number, action: 'opened' | 'closed', at: string): string => {
  const [owner = '', name = ''] = repo.split('/');
  return JSON.stringify({
    action,
    repository: { id: 1, full_name: repo, default_branch: 'main', name, owner: { login: owner } },
    sender: { login: 'ada' },
    issue: {
      number,
      title: `Greet by name ${number}`,
      body: 'When a name is given the greeting ends with it; without one it says hello to the world.',
      labels: [{ name: 'agent-ready' }, { name: 'P1' }],
      user: { login: 'ada' },
      state: action === 'closed' ? 'closed' : 'open',
      created_at: at,
      updated_at: at,
    },
  });
};
