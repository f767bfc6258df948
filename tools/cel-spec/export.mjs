// Writes each file of the conformance suite (google/cel-spec, Apache-2.0, by way of
// @bufbuild/cel-spec) as <out>/<file>.json: a list of tests with their section.
//
//   npm ci && npm run export
import { createRequire } from "node:module";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

const files = [
  "basic", "comparisons", "conversions", "fields", "fp_math", "integer_math", "lists", "logic",
  "macros", "macros2", "namespace", "parse", "plumbing", "string", "timestamps",
  "type_deductions",
];

const out = process.argv[2];
if (!out) throw new Error("usage: export.mjs <folder>");
mkdirSync(out, { recursive: true });

// The package exports the suite as message objects only; the module behind it has it as JSON.
const require = createRequire(import.meta.url);
const entry = require.resolve("@bufbuild/cel-spec/testdata/conformance.js");
const root = join(dirname(entry), "..", "..", "..");
const about = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { tests } = await import(pathToFileURL(join(root, "dist/esm/testdata/conformance.js")).href);

function gather(suite, section, into) {
  for (const { original } of suite.tests ?? []) into.push({ section, ...original });
  for (const child of suite.suites ?? []) gather(child, child.name, into);
}

for (const suite of tests.suites) {
  if (!files.includes(suite.name)) continue;
  const cases = [];
  gather(suite, "", cases);
  const lines = cases.map((c) => JSON.stringify(c)).join(",\n");
  const head = `"source": "google/cel-spec ${about.upstreamCelSpecRef}", "license": "Apache-2.0"`;
  writeFileSync(join(out, `${suite.name}.json`), `{${head}, "tests": [\n${lines}\n]}\n`);
  console.log(`${suite.name}: ${cases.length}`);
}
