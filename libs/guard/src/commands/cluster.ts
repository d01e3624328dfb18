import { has, readArgs, valued, valuesOf } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { SOME, STAR } from '../shell/marks.js';
import { GUARD_PROCESS } from './system.js';

const KUBE = valued(
  '-n --namespace --context --kubeconfig --cluster --user -s --server -l --selector -f --filename -k --kustomize -o --output ' +
    '--raw --field-selector --grace-period --timeout --cascade --as --token --request-timeout --replicas -c --container -p --patch --type',
);
/** Kinds whose deletion takes the data or the cluster with it; a controller makes the others anew or a manifest does. */
const PRECIOUS =
  /^(all|namespaces?|ns|nodes?|no|pv|persistentvolumes?|pvc|persistentvolumeclaims?|crds?|customresourcedefinitions?|clusterroles?|clusterrolebindings?|storageclass(es)?|sc|apiservices?|statefulsets?|sts|volumesnapshots?|projects?|clusters?|machines?|machinedeployments?|validatingwebhookconfigurations?|mutatingwebhookconfigurations?)(\.|$)/;

const emit = (call: Call, what: string): void => call.machine.emit({ kind: 'cluster', tool: call.name, what });

/** `kubectl delete` and its like. */
export const kubectl: Handler = (call) => {
  const args = readArgs(call.argv, KUBE);
  const [verb, ...rest] = args.operands;
  const dry = args.options.some(({ name, value }) => name === '--dry-run' && value !== 'none');
  if (dry) return undefined;
  const all = args.options.some(
    ({ name, value }) => (name === '--all' || name === '-A' || name === '--all-namespaces') && value !== 'false',
  );
  if (/^(delete|scale|rollout|patch|edit)$/.test(verb ?? '') && rest.some((word) => GUARD_PROCESS.test(word)))
    call.machine.emit({ kind: 'tamper', what: `${call.name} ${verb ?? ''} of the guard` });
  if (
    verb === 'delete' &&
    valuesOf(args, '--raw').some((path) => /\/(namespaces|nodes|persistentvolumes)\/[^/]+\/?$/.test(path))
  )
    emit(call, 'delete --raw');
  if (verb === 'krew' && rest[0] === 'install' && rest.length > 1)
    call.machine.emit({ kind: 'install', manager: 'other', what: rest.slice(1).join(' ') });
  if (verb === 'delete') {
    const kinds = (rest[0] ?? '').split(',').map((kind) => kind.toLowerCase());
    const slashed = rest.filter((word) => word.includes('/')).map((word) => word.split('/')[0]?.toLowerCase() ?? '');
    const precious = [...kinds, ...slashed].filter((kind) => PRECIOUS.test(kind));
    const remote = valuesOf(args, '-f', '--filename', '-k', '--kustomize').some((file) => file.includes('://'));
    if (precious.length > 0) emit(call, `delete ${precious.join(',')}`);
    else if (all) emit(call, 'delete --all');
    else if (remote || call.machine.tighten.everyClusterDelete) emit(call, 'delete');
    else if (rest.some((word) => /[\uFDD4]/.test(word))) emit(call, 'delete *');
  }
  if (verb === 'get' && valuesOf(args, '-o', '--output').includes('name')) {
    const narrowed = rest.length > 1 || has(args, '-l', '--selector', '--field-selector');
    return `${rest[0] ?? 'all'}/${narrowed ? SOME : STAR}\n`;
  }
  if (verb === 'drain' && has(args, '--force', '--delete-emptydir-data', '--delete-local-data'))
    emit(call, 'drain --force');
  if (verb === 'scale' && all && valuesOf(args, '--replicas').includes('0')) emit(call, 'scale --all --replicas=0');
  if (verb === 'replace' && has(args, '--force') && all) emit(call, 'replace --force');
  return undefined;
};

/** Words that, in this order among the operands, destroy something that cannot be had back. */
const DESTROYS: Readonly<Record<string, RegExp>> = {
  helm: /^(uninstall|delete|del|un)\b/,
  helmfile: /\b(destroy|delete)\b/,
  terraform: /^(destroy)\b|\bapply\b.* -?-destroy\b|\bstate rm\b|\bworkspace delete\b|^force-unlock\b/,
  terragrunt: /(^| )destroy\b|\bdestroy-all\b|\bapply\b.* -?-destroy\b/,
  pulumi: /^(destroy|down|stack rm)\b|\bdestroy\b/,
  cdk: /\bdestroy\b/,
  cdktf: /\bdestroy\b/,
  serverless: /\bremove\b/,
  sst: /\bremove\b/,
  eksctl: /\bdelete\b/,
  kops: /\bdelete\b/,
  kubeadm: /^reset\b/,
  kind: /^delete clusters?\b/,
  k3d: /^(cluster|node) delete\b/,
  minikube: /^delete\b/,
  talosctl: /^reset\b/,
  rke: /^remove\b/,
  k0s: /^reset\b/,
  etcdctl: /\b(del|rm)\b.*(--prefix|--recursive|--from-key|-r\b)|\bmember remove\b/,
  velero: /\bdelete\b/,
  argocd: /\bapp delete\b/,
  flux: /^(uninstall|delete)\b/,
  cilium: /^uninstall\b/,
  linkerd: /^uninstall\b.*--force/,
  istioctl: /\buninstall\b/,
  gcloud:
    /\b(clusters|projects|instances|databases|buckets|disks|node-pools|secrets|stacks|services|functions|topics|keyrings|sql|repositories) (\S+ )*delete\b|\bstorage rm\b.* (-r|-R|--recursive)\b|\bstorage (rm|buckets delete)\b/,
  gsutil: /\brm\b.* -[a-z]*[rRa]|\brb\b|-m rm\b.* -r/,
  az: /\b(group|aks|vm|storage account|storage container|sql server|sql db|webapp|functionapp|keyvault|acr|cosmosdb|disk|resource|network vnet) delete\b|\bstorage blob delete-batch\b/,
  aws: /^\S+ (delete|terminate|purge|batch-delete)-(?!(item|message|message-batch|object|object-tagging|tags|alarms|log-stream)( |$))|\bschedule-key-deletion\b|^s3 rb\b|^s3 rm\b.*--recursive/,
  influx: /^(delete|bucket delete|org delete)\b/,
  bq: /^rm\b.* -[a-z]*[rf]/,
  doctl: /\b(delete|rm)\b/,
  linode: /\bdelete\b/,
  hcloud: /\bdelete\b/,
  oci: /\bdelete\b/,
  ibmcloud: /\b(cluster rm|resource service-instance-delete)\b/,
  heroku: /\b(apps:destroy|destroy|pg:reset|addons:destroy)\b/,
  fly: /\b(apps? destroy|destroy|volumes? (destroy|delete))\b/,
  railway: /\b(delete|down)\b/,
  vercel: /^(remove|rm)\b|\bprojects? (rm|remove)\b/,
  netlify: /\bsites:delete\b/,
  wrangler: /\b(delete|d1 delete|r2 bucket delete|kv:?\s?namespace delete)\b/,
  gh: /^(repo (delete|archive)|release delete)\b/,
  glab: /^(repo|release) delete\b/,
  nomad: /\b(system gc|job stop\b.*-purge|stop\b.*-purge|namespace delete|volume (delete|deregister))\b/,
  consul: /\bkv delete\b.*-recurse|\bforce-leave\b/,
  vault: /\b(kv metadata delete|secrets disable|auth disable|delete|kv destroy|operator seal)\b/,
  ceph: /\b(osd (purge|destroy|pool (delete|rm))|fs rm)\b/,
  rbd: /\b(rm|remove|purge)\b/,
  mc: /\b(rb|rm)\b.*(--recursive|--force|-r\b)/,
  s3cmd: /\b(del|rm|rb)\b.*(--recursive|--force|-r\b)|\brb\b/,
  rclone: /^(purge|delete)\b/,
  'kafka-topics': /--delete\b/,
  'kafka-topics.sh': /--delete\b/,
  rabbitmqctl: /\b(reset|force_reset|delete_vhost|purge_queue|delete_queue)\b/,
  nats: /\bstream (rm|purge)\b/,
  multipass: /^(delete|purge)\b/,
  vagrant: /^destroy\b/,
  virsh: /^(destroy|undefine|vol-delete|pool-delete)\b/,
  lxc: /^(delete)\b/,
  npm: /^unpublish\b/,
  supabase: /^(projects|branches) delete\b/,
  neonctl: /^(projects?|branch(es)?|databases?|roles?) delete\b/,
  firebase: /\b(firestore:delete|projects:delete|hosting:disable|database:remove)\b/,
  'k3s-uninstall.sh': /^/,
  'rke2-uninstall.sh': /^/,
};
const SAME: Readonly<Record<string, string>> = {
  tofu: 'terraform',
  flyctl: 'fly',
  incus: 'lxc',
  sls: 'serverless',
  'linode-cli': 'linode',
  'aws-cli': 'aws',
};
export const CLOUD_TOOLS: readonly string[] = [...Object.keys(DESTROYS), ...Object.keys(SAME)];

const VALUED_WORDS =
  /^(--(profile|region|context|kube-context|kubeconfig|namespace|project|zone|output|chdir|stack|cluster|org|name)|-n|-C|-o|-p)$/;

/** `aws ssm send-command --parameters 'commands=["…"]'`: shell text for other machines. */
const sentCommands = (call: Call): void => {
  if (!call.argv.includes('send-command')) return;
  const given = call.argv.find((word) => /^(--parameters=)?\{?"?commands"?[=:]/i.test(word)) ?? '';
  const list = given.slice(given.search(/[=:]/) + 1).replace(/^commands=/, '');
  const texts = [...list.matchAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/g)].map(
    ([, double, single]) => double ?? single ?? '',
  );
  for (const text of texts.length > 0 ? texts : [list])
    call.machine.runText(text, call.shell.fork(), 'aws ssm send-command', '', true);
};

/** Arguments that Terraform takes out of the environment. */
const fromVariables = ({ name, shell }: Call, verb: string): readonly string[] => {
  if (!/^(terraform|tofu|terragrunt)$/.test(name)) return [];
  return ['TF_CLI_ARGS', `TF_CLI_ARGS_${verb}`].flatMap((variable) => (shell.has(variable) ? shell.get(variable) : []));
};

/** Cloud tools: judged by their words in order, global options left out. */
export const cloud: Handler = (call) => {
  const pattern = DESTROYS[SAME[call.name] ?? call.name];
  const words = call.argv
    .slice(1)
    .filter(
      (word, index, all) =>
        !(
          index < 6 &&
          (VALUED_WORDS.test(word) ||
            VALUED_WORDS.test(all[index - 1] ?? '') ||
            /^-{1,2}(chdir|profile|region|namespace|project)=/.test(word))
        ),
    );
  const text = [...words, ...fromVariables(call, words[0] ?? '')].join(' ');
  if (call.name === 'aws') sentCommands(call);
  if (/(^|\s)(-?-help|-h|--dry-?run(=\w+)?|--dryrun|help)(\s|$)/.test(text)) return undefined;
  if (pattern?.test(text) === true) emit(call, words.slice(0, 3).join(' '));
  return undefined;
};

/** Docker: wiping volumes and everything at once; a single container is the task's own. */
export const docker: Handler = (call) => {
  const { operands, options } = readArgs(call.argv, valued('-H --host -c --context --config --filter --format'));
  const text = operands.join(' ');
  const given = (...names: readonly string[]): boolean => options.some(({ name }) => names.includes(name));
  if (/^((container) )?(stop|kill|rm|remove|pause)\b/.test(text) && operands.some((word) => GUARD_PROCESS.test(word)))
    call.machine.emit({ kind: 'tamper', what: `${call.name} ${text}` });
  if (/^system prune/.test(text) && given('--volumes', '-a', '--all')) emit(call, 'system prune --volumes');
  if (/^volume prune/.test(text)) emit(call, 'volume prune');
  if (/^system reset/.test(text)) emit(call, 'system reset');
  if (/^((container|image|volume|pod) )?(rm|rmi|kill|remove)\b/.test(text) && given('-a', '--all'))
    emit(call, 'everything at once');
  if (/^swarm leave/.test(text) && given('--force', '-f')) emit(call, 'swarm leave --force');
  if (/^(stack|node) (rm|remove)\b/.test(text)) emit(call, text);
  if (/^((container|image|volume) )?(rm|rmi|kill|remove)\b/.test(text) && text.includes(STAR))
    emit(call, 'everything at once');
  const lists = /^((container|image|volume) )?(ps|ls|list|images)\b/.test(text) && given('-q', '--quiet');
  // Ids of everything there is, where nothing narrows the list down.
  const narrowed = given('--filter', '-f') && !call.argv.some((word) => /(^|=)dangling=(false|0)$/.test(word));
  return lists && !narrowed ? `${STAR}\n` : undefined;
};
