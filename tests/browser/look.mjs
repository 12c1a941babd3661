// Looks at reports in Debian's Chromium: `node look.mjs OUT FOLDER...` visits every page below each folder, writes
// pictures into OUT, prints one line for each thing that is wrong, and exits 1 where there is any.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [out, ...folders] = process.argv.slice(2);
const WIDTHS = [1280, 390];
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
// Every so many pages one is looked at closely: all unfolded, by axe-core, light and dark, in pictures.
const SAMPLE = 12;
// How long a page takes to open at most, in milliseconds, and how large it is.
const OPENS = 1000, LARGEST = 2_000_000;

const pages = (folder) => readdirSync(folder).sort().flatMap((name) => {
  const path = join(folder, name);
  if (statSync(path).isDirectory()) return pages(path);
  return name.endsWith(".html") ? [path] : [];
});

const wrong = [];
const say = (path, what) => wrong.push(`${path}: ${what}`);

/// Serious findings of axe-core on the page as it stands.
async function accessible(page, path, how) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, impact, help, nodes } of found.violations) {
    if (impact === "serious" || impact === "critical") say(path, `${how}: ${id}: ${help}: ${nodes[0].html.slice(0, 160)}`);
  }
}

/// Nothing sticks out to the side: whatever is wide scrolls by itself.
async function fits(page, path, how) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (over > 0) say(path, `${how}: ${over} px stick out to the right`);
}

const unfold = (page) => page.evaluate(() => { for (const one of document.querySelectorAll("details")) one.open = true; });

async function visit(browser, path, nth) {
  const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: 900 }, offline: true });
  const page = await context.newPage();
  const own = pathToFileURL(resolve(path)).href;
  page.on("console", (message) => say(path, `console: ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => say(path, `error: ${error.message}`));
  page.on("request", (request) => { if (request.url().split("#")[0] !== own) say(path, `request: ${request.url()}`); });
  const began = Date.now();
  await page.goto(own);
  const took = Date.now() - began;
  if (took > OPENS) say(path, `${took} ms until it is open`);
  if (statSync(path).size > LARGEST) say(path, `${statSync(path).size} bytes`);
  if (nth % SAMPLE === 0 || path.endsWith("scenarios.html") || path.endsWith("rehearsal.html")) {
    const name = path.replace(/[^A-Za-z0-9]+/g, "-");
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: join(out, `${name}-${width}.png`), fullPage: true });
      await fits(page, path, `${width} px`);
    }
    await unfold(page);
    await fits(page, path, "unfolded");
    await accessible(page, path, "unfolded");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: WIDTHS[0], height: 900 });
    await accessible(page, path, "unfolded, dark");
  } else {
    await page.setViewportSize({ width: WIDTHS[1], height: 900 });
    await fits(page, path, `${WIDTHS[1]} px`);
  }
  await context.close();
}

/// What a person does with keys: a citation that has the focus shows its clause; the choices choose without scripts.
async function use(browser, folder) {
  const index = pathToFileURL(resolve(folder, "scenarios.html")).href;
  const plain = await browser.newContext({ javaScriptEnabled: false, offline: true });
  let page = await plain.newPage();
  await page.goto(index);
  const shown = () => page.locator("li.s").filter({ visible: true }).count();
  const all = await shown();
  if (await page.locator("#search").isVisible()) say(index, "without scripts there is a search that does nothing");
  if (await page.locator("details.tags").count()) {
    await page.locator("details.tags > summary").press("Enter");
    await page.locator("#t0").press("Space");
    const some = await shown();
    if (!(some > 0 && some <= all && some === await page.locator("li.s.t0").count())) say(index, `a tag shows ${some} of ${all}`);
  }
  await plain.close();
  const context = await browser.newContext({ offline: true });
  page = await context.newPage();
  await page.goto(index);
  const first = page.locator("li.s a").first();
  await page.locator("#search").fill(await first.innerText());
  const found = await shown();
  if (!(found > 0 && (found < all || all === 1))) say(index, `a search for the first title finds ${found} of ${all}`);
  await page.locator("#search").fill("no such scenario anywhere");
  if (await shown() !== 0) say(index, "a search for nothing finds something");
  await page.locator("#search").fill("");
  await first.click();
  await page.locator('main a[href^="#"]:visible').evaluateAll((links) => {
    links.find((link) => document.querySelector(`ul.clauses [id="${link.hash.slice(1)}"]`))?.focus();
  });
  const clause = await page.evaluate(() => {
    const said = document.querySelector(`ul.clauses [id="${document.activeElement.hash?.slice(1)}"] span`);
    return said && { position: getComputedStyle(said).position, bottom: said.getBoundingClientRect().bottom, height: innerHeight };
  });
  if (clause?.position !== "fixed" || clause.bottom !== clause.height) say(page.url(), "a citation that has the focus does not show its clause");
  await context.close();
}

mkdirSync(out, { recursive: true });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
let count = 0;
for (const folder of folders) {
  for (const [nth, path] of pages(folder).entries()) {
    await visit(browser, path, nth);
    count += 1;
  }
  if (existsSync(join(folder, "scenarios.html"))) await use(browser, folder);
}
await browser.close();
console.log([...wrong, `${count} pages, ${wrong.length} findings`].join("\n"));
process.exit(wrong.length > 0 || count === 0 ? 1 : 0);
