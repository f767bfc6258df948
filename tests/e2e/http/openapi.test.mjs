// The description that the service gives of itself is clean to a linter that others use.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {it} from 'node:test';
import {call, newRegister, serve} from '../service.mjs';

const here = dirname(fileURLToPath(import.meta.url));

it('OpenAPI 3.1, linted without an error or a warning', async () => {
  const register = newRegister([]);
  const service = await serve(register.data);
  const answer = await call(service.base, 'GET', '/openapi.json');
  const file = join(register.folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(answer.body));
  await service.stop();
  const redocly = join(here, '../node_modules/@redocly/cli/bin/cli.js');
  const lint = spawnSync(process.execPath, [redocly, 'lint', '--format=json', '--extends=recommended', file], {
    encoding: 'utf8', cwd: register.folder, env: {...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true'},
  });
  register.remove();
  const found = JSON.parse(lint.stdout);
  assert.deepEqual(found.problems.map((one) => `${one.ruleId}: ${one.message}`), []);
});
