// What node-saml says of responses, under a clock that is set here.
//
// Reads a JSON object a line, and answers each with one line:
//   {skew, remembers}   begins anew: milliseconds that clocks may differ; whether audience, request and use are looked at
//   {now, ask}          a request is sent; it goes by the number `ask`
//   {now, response: {number, issued, good, audience, answers}}   "accepted", or the error
// A response that was given before by its number is sent again as it was. All times are milliseconds since 1970.
import { generateKeyPairSync } from "node:crypto";
import { createInterface } from "node:readline";
import { inflateRawSync } from "node:zlib";
import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { SignedXml } from "xml-crypto";

const Real = Date;
let clock = 0;
globalThis.Date = class extends Real {
  constructor(...given) {
    if (given.length) super(...given);
    else super(clock);
  }
  static now() {
    return clock;
  }
};

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const google = "https://google.example/acs";
let saml, requests, responses;

function begin({ skew, remembers }) {
  [requests, responses] = [new Map(), new Map()];
  const issued = new Map();
  saml = new SAML({
    callbackUrl: google,
    entryPoint: "https://mims.example/sso",
    issuer: google,
    audience: remembers && google,
    idpCert: publicKey,
    acceptedClockSkewMs: skew,
    wantAuthnResponseSigned: false,
    validateInResponseTo: remembers ? ValidateInResponseTo.ifPresent : ValidateInResponseTo.never,
    // As its own in memory, which forgets by a timer that the clock here does not turn.
    cacheProvider: {
      saveAsync: async (key, value) => (issued.set(key, value), { value, createdAt: clock }),
      getAsync: async (key) => issued.get(key) ?? null,
      removeAsync: async (key) => (issued.delete(key) ? key : null),
    },
  });
  return "begun";
}

async function ask(number) {
  const { SAMLRequest } = await saml.getAuthorizeMessageAsync("", undefined, {});
  requests.set(number, /ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(SAMLRequest, "base64")).toString())[1]);
  return "asked";
}

const instant = (ms) => new Real(ms).toISOString();

function written({ number, issued, good, audience, answers }) {
  const id = answers === null ? null : requests.get(answers) ?? `_nobodys-${answers}`;
  const reply = id === null ? "" : ` InResponseTo="${id}"`;
  const names = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"';
  const until = instant(issued + good);
  const text = `<samlp:Response ${names} ID="_r${number}" Version="2.0" IssueInstant="${instant(issued)}"${reply}>
<saml:Issuer>mims</saml:Issuer>
<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>
<saml:Assertion ID="_a${number}" Version="2.0" IssueInstant="${instant(issued)}"><saml:Issuer>mims</saml:Issuer>
<saml:Subject><saml:NameID>gwen</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="${until}" Recipient="${google}"${reply}/></saml:SubjectConfirmation>
</saml:Subject>
<saml:Conditions NotBefore="${instant(issued)}" NotOnOrAfter="${until}">
<saml:AudienceRestriction><saml:Audience>${audience ? google : "https://other.example"}</saml:Audience>
</saml:AudienceRestriction></saml:Conditions>
<saml:AuthnStatement AuthnInstant="${instant(issued)}"/></saml:Assertion></samlp:Response>`;
  const signed = new SignedXml({
    privateKey,
    signatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonicalizationAlgorithm: "http://www.w3.org/2001/10/xml-exc-c14n#",
  });
  signed.addReference({
    xpath: "//*[local-name(.)='Assertion']",
    transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#"],
    digestAlgorithm: "http://www.w3.org/2001/04/xmlenc#sha256",
  });
  signed.computeSignature(text, { location: { reference: "//*[local-name(.)='Assertion']", action: "append" } });
  return Buffer.from(signed.getSignedXml()).toString("base64");
}

async function respond(response) {
  if (!responses.has(response.number)) responses.set(response.number, written(response));
  try {
    await saml.validatePostResponseAsync({ SAMLResponse: responses.get(response.number) });
    return "accepted";
  } catch (error) {
    return error.message.split("\n")[0];
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = JSON.parse(line);
  clock = said.now ?? 0;
  if ("ask" in said) console.log(await ask(said.ask));
  else if (said.response) console.log(await respond(said.response));
  else console.log(begin(said));
}
