// Prints the rows of a workbook as ExcelJS and as SheetJS read them, a JSON line each.
import ExcelJS from "exceljs";
import { readFileSync } from "node:fs";
import XLSX from "xlsx";

const path = process.argv[2];
const text = (v) => (v === null || v === undefined ? "" : String(v));

const book = new ExcelJS.Workbook();
await book.xlsx.readFile(path);
const exceljs = [];
book.worksheets[0].eachRow((row) => exceljs.push(Array.from({ length: book.worksheets[0].columnCount }, (_, i) => text(row.getCell(i + 1).value))));
console.log(JSON.stringify(exceljs));

const sheets = XLSX.read(readFileSync(path));
const rows = XLSX.utils.sheet_to_json(sheets.Sheets[sheets.SheetNames[0]], { header: 1, defval: "" });
console.log(JSON.stringify(rows.map((row) => row.map(text))));
