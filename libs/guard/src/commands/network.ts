import { has, readArgs, valued, valueOf, valuesOf } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { NETWORK, UNKNOWN } from '../shell/marks.js';
import { writeTo } from './files.js';
import { webRequest } from './web-api.js';

const CURL = valued(
  '-o --output -H --header -X --request -d --data --data-raw --data-binary --data-urlencode -F --form -u --user -A ' +
    '--user-agent -e --referer -b --cookie -c --cookie-jar -x --proxy -m --max-time --connect-timeout --retry --retry-delay ' +
    '-T --upload-file -w --write-out --url --cacert --cert --key -E -K --config -r --range --output-dir --resolve -D ' +
    '--dump-header -C --continue-at -y -Y -z --interface --limit-rate --max-redirs --json --oauth2-bearer --unix-socket --proto',
);
const WGET = valued(
  '-O --output-document -o --output-file -a -P --directory-prefix -U --user-agent -t --tries -T --timeout -i --header --post-data --method --body-data -e -w -Q --limit-rate --user --password',
);

const save = (call: Call, path: string): void => {
  writeTo(call, path, 'truncate');
  call.shell.shared.files.set(absolute(path, call.shell.cwd, call.shell.shared.links), NETWORK);
};

const lastSegment = (url: string): string =>
  url
    .replace(/^[\w.@-]+:(?!\/\/)/, '')
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .split('/')
    .at(-1) ?? 'index.html';

export const curl: Handler = (call) => {
  const args = readArgs(call.argv, CURL);
  const urls = [...args.operands, ...valuesOf(args, '--url')];
  const folder = valueOf(args, '--output-dir');
  const place = (name: string): string => (folder === undefined ? name : `${folder}/${name}`);
  const files = valuesOf(args, '-o', '--output');
  for (const file of files) if (file !== '-' && file !== '/dev/stdout') save(call, place(file));
  const named = args.options.some(
    ({ name }) => name === '-O' || name === '--remote-name' || name === '--remote-name-all',
  );
  if (named) for (const url of urls) save(call, place(lastSegment(url)));
  const data = valuesOf(args, '-d', '--data', '--data-raw', '--data-binary', '--json').join(' ');
  for (const url of urls) webRequest(call, valueOf(args, '-X', '--request') ?? 'GET', url, data);
  const toFile = (files.length > 0 && !files.includes('-') && !files.includes('/dev/stdout')) || named;
  return toFile || has(args, '--head') || args.options.some(({ name }) => name === '-I') ? UNKNOWN : NETWORK;
};

export const wget: Handler = (call) => {
  const args = readArgs(call.argv, WGET);
  const method = valueOf(args, '--method');
  if (method !== undefined)
    for (const url of args.operands) webRequest(call, method, url, valueOf(args, '--body-data') ?? '');
  const output = valueOf(args, '-O', '--output-document');
  if (output === '-' || output === '/dev/stdout') return NETWORK;
  const folder = valueOf(args, '-P', '--directory-prefix');
  if (output !== undefined) save(call, output);
  else
    for (const url of args.operands)
      save(call, folder === undefined ? lastSegment(url) : `${folder}/${lastSegment(url)}`);
  return UNKNOWN;
};

/** Programs that print what the network sent. */
export const fetches: Handler = (call) => {
  const args = readArgs(call.argv, valued('-o --output -d --dir --out'));
  const output = valueOf(args, '-o', '--output', '--out');
  const printed = output === undefined || output === '-' || /^(lynx|w3m|links)$/.test(call.name);
  if (!printed) save(call, output);
  if (call.name === 'aria2c' || call.name === 'axel')
    for (const url of args.operands) save(call, output ?? lastSegment(url));
  return printed ? NETWORK : UNKNOWN;
};

/** `nc -e /bin/sh`, `socat EXEC:sh`: a shell for whoever is at the other end. */
export const netcat: Handler = (call) => {
  const { argv, machine, name } = call;
  if (call.piped && /^\s*(\*\d+\s+\$\d+\s+)?flush(all|db)\b/im.test(call.stdin))
    machine.emit({ kind: 'sql', hazard: 'truncate', client: name });
  const program = argv.find((_arg, index) => /^(-[a-z]*[ec]|--exec|--sh-exec|--lua-exec)$/.test(argv[index - 1] ?? ''));
  if (name !== 'socat' && program !== undefined && !program.startsWith('-'))
    machine.emit({ kind: 'run', origin: 'reverse-shell', by: name });
  if (name === 'socat' && argv.some((arg) => /^(EXEC|SYSTEM):/i.test(arg)))
    machine.emit({ kind: 'run', origin: 'reverse-shell', by: name });
  return NETWORK;
};

/** A file copied from another machine. */
export const remoteCopy: Handler = (call) => {
  const args = readArgs(call.argv, valued('-P -p -i -o -F -l -S -c'));
  for (const text of valuesOf(args, '-S')) call.machine.runText(text, call.shell.fork(), `${call.name} -S`);
  const to = args.operands.at(-1);
  if (args.operands.length < 2 || to === undefined || /^[\w.@-]+:/.test(to)) return undefined;
  writeTo(call, to, 'copy');
  for (const from of args.operands.slice(0, -1)) {
    const path = absolute(to === '.' || to.endsWith('/') ? `${to}/${lastSegment(from)}` : to, call.shell.cwd);
    if (/^[\w.@-]+:/.test(from)) call.shell.shared.files.set(path, NETWORK);
  }
  return undefined;
};

const RUNNER = valued('-p --package --from --spec -c --call -w --workspace --with --python --config --import-map');

/** `deno run https://…`, `npx https://…`, `npx github:…`: a program from the network, run at once. */
export const runsRemote: Handler = (call) => {
  const isRunner = /^(npx|bunx|pnpx|uvx)$/.test(call.name);
  const args = readArgs(call.argv, RUNNER, true, isRunner ? 1 : 2);
  // The program itself, or where it is to come from; its own arguments may well be addresses.
  const wanted = [call.argv[args.firstOperand] ?? '', ...valuesOf(args, '-p', '--package', '--from', '--spec')];
  const url = wanted.find((word) => /^(https?:|git\+|git:|github:|gist:|gitlab:|bitbucket:|jsr:)/.test(word));
  const verb = call.argv[1] ?? '';
  const runs = /^(npx|bunx|pnpx|uvx|pipx)$/.test(call.name) || /^(run|eval|exec|dlx|x|serve)$/.test(verb);
  if (url !== undefined && runs) call.machine.emit({ kind: 'run', origin: 'network', by: call.name });
  const fetchesFirst =
    /^(dlx)$/.test(verb) || call.name === 'uvx' || call.argv.slice(1, 4).some((arg) => /^(-y|--yes)$/.test(arg));
  if (fetchesFirst && call.machine.tighten.packageRunners) {
    call.machine.emit({ kind: 'install', manager: 'other', what: call.argv.slice(1).join(' ') });
  }
  return undefined;
};

export const printsNetwork: Handler = () => NETWORK;

/** `aws s3 cp s3://… -`, `gsutil cat`, `gh api`: a file from the network on standard output. */
export const cloudCopy: Handler = (call) => {
  const { argv, name } = call;
  const text = argv.slice(1).join(' ');
  const prints = /^s3 cp \S+ -( |$)|^s3api get-object\b.*\/dev\/stdout|^(-\S+ )*cat |^cp \S+ -$/.test(text);
  if (prints || (name === 'gh' && /^(api|gist view) /.test(text))) return NETWORK;
  const copied = /\b(?:cp|copyto|copy) (?:-\S+ )*(\w+:\S+) (?!-)([^\s:]+)( |$)/.exec(text);
  if (copied?.[1] === undefined || copied[2] === undefined) return undefined;
  save(call, /(^|\/)\.?$/.test(copied[2]) ? `${copied[2]}/${lastSegment(copied[1])}` : copied[2]);
  return undefined;
};
