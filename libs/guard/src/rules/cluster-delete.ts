import { rule } from './rule.js';

export const clusterDelete = rule({
  id: 'cluster.delete',
  category: 'cluster',
  kind: 'cluster',
  title: 'Destroying parts of a cluster or a cloud account.',
  example: 'kubectl delete namespace production',
  alternative: 'kubectl get namespace production',
  message: ({ tool, what }) => `${tool} ${what} destroys what others run on.`,
});
