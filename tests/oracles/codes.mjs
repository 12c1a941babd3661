// What otplib makes of an enrolment's text and of codes.
//
// Reads `URI TAB SECOND TAB WINDOW TAB CODE` a line; answers `SECRET TAB ISSUER TAB NAME TAB CODE TAB VERDICT`: what
// the text says, the code of that second, and whether the code that was typed is taken in it.
import { createInterface } from "node:readline";
import { parse } from "@otplib/uri";
import { generateSync, verifySync } from "otplib";

const answers = [];
for await (const line of createInterface({ input: process.stdin })) {
  const [uri, second, window, typed] = line.split("\t");
  const { label, params } = parse(uri);
  const { secret, issuer, algorithm = "sha1", digits = 6, period = 30 } = params;
  const epoch = Number(second);
  const asked = { secret, algorithm, digits, period, epoch };
  let taken;
  try {
    taken = verifySync({ ...asked, token: typed, epochTolerance: Number(window) * period }).valid ? "taken" : "not taken";
  } catch (error) {
    taken = error.message;
  }
  const [, name] = label.split(/:(.*)/s);
  answers.push([secret, issuer, name, generateSync(asked), taken].join("\t"));
}
console.log(answers.join("\n"));
