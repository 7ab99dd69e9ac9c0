// Runs SQL in DuckDB, from the folder that it is started in, and prints the rows of each
// statement: node duckdb.mjs FILE.
import { DuckDBInstance } from "@duckdb/node-api";
import { readFileSync } from "node:fs";

const connection = await (await DuckDBInstance.create()).connect();
const statements = await connection.extractStatements(readFileSync(process.argv[2], "utf8"));
for (let i = 0; i < statements.count; i++) {
  const result = await (await statements.prepare(i)).run();
  for (const row of await result.getRows()) console.log(row.map(String).join("\t"));
}
