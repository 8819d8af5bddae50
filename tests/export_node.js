// For tests/export: node export_node.js FOLDER MODEL ROWS TYPE COUNT SHAPE ...: what onnxruntime-node of FOLDER says of the rows, into ROWS.out.
const fs = require("fs"), path = require("path");
const [folder, model, rows, type, ...numbers] = process.argv.slice(2);
const ort = require(path.resolve(folder, "node_modules", "onnxruntime-node"));
const bytes = fs.readFileSync(rows);
const data = type === "uint8" ? new Uint8Array(bytes) : new Float32Array(new Uint8Array(bytes).buffer);
ort.InferenceSession.create(model)
  .then((session) => session.run({ input: new ort.Tensor(type, data, numbers.map(Number)) }))
  .then((said) => fs.writeFileSync(rows + ".out", Buffer.from(said.probabilities.data.buffer)));
