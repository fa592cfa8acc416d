// Prints the history of a git repository as NDJSON, oldest first: a record for
// each commit that is no merge, and one for each file that it changed.
//
//   node git-log.mjs [FOLDER] | activityctl import - --map git-history.yaml --param repository=NAME
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const folder = process.argv[2] ?? '.';
const fields = ['%H', '%aE', '%aN', '%aI', '%cE', '%cI', '%s'];
const git = spawn(
  'git',
  [
    '-C', folder, '-c', 'i18n.logOutputEncoding=UTF-8', '-c', 'log.showRoot=true', '-c', 'log.showSignature=false',
    // With -z, nothing is quoted and everything ends in NUL; a header begins with
    // a byte that no change begins with.
    'log', '--reverse', '--no-merges', '--no-renames', '--raw', '-z', '--abbrev=12', '--no-color', '--no-decorate',
    `--format=%x01${fields.join('%x02')}`,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
const exited = once(git, 'close').catch((error) => {
  const remedy = error.code === 'ENOENT' ? 'install git' : error.message;
  console.error(`git-log: git can't be run: ${remedy}`);
  return [1];
});
// A reader that has enough, such as head, is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const actions = { A: 'file_created', M: 'file_updated', D: 'file_deleted', T: 'file_type_changed' };
let commit;
let change;

async function print(record) {
  if (!process.stdout.write(`${JSON.stringify(record)}\n`)) await once(process.stdout, 'drain');
}

async function token(text) {
  if (change) {
    const [, , old, now, letter] = change;
    change = undefined;
    const { commit: hash, author, author_name, committed_at } = commit;
    await print({
      kind: 'file', commit: hash, author, author_name, committed_at,
      action: actions[letter] ?? 'file_updated', path: text, old, new: now,
    });
  } else if (text.startsWith('\x01')) {
    const [hash, author, author_name, authored_at, committer, committed_at, ...subject] = text.slice(1).split('\x02');
    commit = {
      kind: 'commit', commit: hash, author, author_name, authored_at, committer, committed_at, subject: subject.join('\x02'),
    };
    await print(commit);
  } else if (text.trim() !== '') {
    // ":100644 100644 OLD NEW M"; the next token is the path.
    change = text.trim().split(' ');
  }
}

let rest = '';
git.stdout.setEncoding('utf8');
for await (const chunk of git.stdout) {
  const tokens = (rest + chunk).split('\0');
  rest = tokens.pop();
  for (const text of tokens) await token(text);
}
const [status] = await exited;
process.exitCode = status ?? 1;
