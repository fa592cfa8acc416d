// Prints the example deliveries of the npm package @octokit/webhooks-examples as
// NDJSON: {"event": NAME, "payload": {…}} a line.
//
//   npm install @octokit/webhooks-examples@7.6.1
//   node webhooks.mjs [FOLDER] | activityctl import - --map github-webhooks.yaml
//
// FOLDER is where npm installed it; the working folder when it isn't given.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const name = '@octokit/webhooks-examples';
const folder = resolve(process.argv[2] ?? '.');
// A reader that has enough, such as head, is no failure.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

let events;
try {
  events = createRequire(resolve(folder, 'any.js'))(name);
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  console.error(`webhooks: ${folder} has no ${name}; run: npm install --prefix ${folder} ${name}@7.6.1`);
  process.exit(1);
}
const lines = events.flatMap(({ name: event, examples }) => examples.map((payload) => JSON.stringify({ event, payload })));
process.stdout.write(lines.map((line) => `${line}\n`).join(''));
