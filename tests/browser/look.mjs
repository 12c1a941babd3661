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

/// What a person does with a rehearsal, by keys alone: read a chart, choose a candidate, find a place.
async function rehearse(browser, path) {
  const own = pathToFileURL(resolve(path)).href;
  const wants = (so, what) => { if (!so) say(path, what); };
  const seen = (page, what) => page.locator(what).filter({ visible: true }).count();
  for (const javaScriptEnabled of [false, true]) {
    const how = javaScriptEnabled ? "with scripts" : "without scripts";
    const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: 900 }, javaScriptEnabled, offline: true });
    const page = await context.newPage();
    page.on("console", (message) => say(path, `${how}: console: ${message.text()}`));
    page.on("pageerror", (error) => say(path, `${how}: error: ${error.message}`));
    await page.goto(own);
    const choices = page.locator(".choose input");
    const candidates = await choices.count();
    wants(candidates > 1 && await seen(page, ".candidate") === 1, `${how}: one candidate is to be seen`);
    await choices.first().focus();
    await page.keyboard.press("ArrowRight");
    wants(await seen(page, ".candidate.c1") === 1 && await seen(page, ".candidate") === 1, `${how}: a candidate that is chosen is to be seen`);
    const rows = await page.locator("tr.s").count(), more = await page.locator("tr.more").count();
    wants(more > 0 && await seen(page, "tr.s") === rows - more, `${how}: at first the worst places are to be seen`);
    await page.locator("#p-worst").focus();
    for (const [choice, what] of [["#p-all", "tr.s"], ["#p-school", "tr.school"], ["#p-hq", "tr.hq"]]) {
      await page.keyboard.press("ArrowRight");
      wants(await page.locator(choice).isChecked(), `${how}: keys lead to ${choice}`);
      const right = await seen(page, what) === await page.locator(what).count() && await seen(page, "tr.s") === await seen(page, what);
      wants(right, `${how}: ${choice} shows other places than ${what}`);
    }
    await page.emulateMedia({ media: "print" });
    const chosen = await page.locator("#p-hq").isVisible() && await seen(page, "tr.s") === await page.locator("tr.hq").count();
    wants(await seen(page, ".candidate") === candidates && chosen, `${how}: on paper something else is to be seen`);
    await page.emulateMedia({ media: "screen" });
    wants(await page.locator("#search").isVisible() === javaScriptEnabled, `${how}: the search`);
    const slider = page.locator("input.read").first();
    wants(await slider.isVisible() === javaScriptEnabled, `${how}: the slider of a chart`);
    if (javaScriptEnabled) await handle(page, wants, seen, slider);
    await context.close();
  }
}

/// What scripts bring out: values under keys and pointer, and places by what is typed.
async function handle(page, wants, seen, slider) {
  const figure = page.locator("figure.chart").first();
  const said = figure.locator(".said");
  const cells = (nth) => figure.locator("details table tbody tr").nth(nth).locator("th,td").allTextContents();
  const tells = async (nth, how) => {
    const [text, spoken] = [await said.textContent(), await slider.evaluate((own) => own.ariaValueText)];
    const right = (await cells(nth)).every((cell) => text.includes(cell)) && (text === spoken || how === "pointer");
    wants(right, `${how}: a chart does not tell its column ${nth}: ${text}`);
  };
  await slider.focus();
  await tells(0, "focus");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await tells(2, "keys");
  const outline = await slider.evaluate((own) => getComputedStyle(own).outlineStyle);
  wants(outline === "solid", "a slider that has the focus looks as if it had not");
  await slider.blur();
  wants(await said.textContent() === "", "a chart that nobody looks at goes on telling");
  const svg = figure.locator("div > svg");
  const count = await figure.locator("details table tbody tr").count();
  const [left, right] = await slider.evaluate((own) => [+own.dataset.left, +own.dataset.right]);
  await svg.hover({ position: { x: left + (right - left) * (count - 0.5) / count, y: 100 } });
  await tells(count - 1, "pointer");
  const rows = await page.locator("tr.s").count();
  const name = (await page.locator("tr.s.more th").last().textContent()).split(" ")[0];
  const [box, status] = [page.locator("#search"), page.locator("#found")];
  await page.locator("#p-worst").check();
  wants(await status.textContent() === `${await seen(page, "tr.s")} of ${rows} shown`, "a choice of places is not told");
  await box.fill(name);
  const told = async () => /^(\d+) of (\d+) shown$/.exec(await status.textContent())?.slice(1).map(Number);
  const found = await seen(page, "tr.s");
  wants(found > 0 && found < rows && await page.locator("tr.s", { hasText: name }).last().isVisible(), `looking for ${name} shows ${found} of ${rows} places`);
  wants(String(await told()) === String([found, rows]), "what was found is not told");
  // One slip of the finger.
  await box.fill(name[0] + name[2] + name[1] + name.slice(3));
  wants(await page.locator("tr.s", { hasText: name }).last().isVisible(), `looking for ${name} with a slip does not find it`);
  await box.fill("nowhere at all");
  wants(await seen(page, "tr.s") === 0 && String(await told()) === String([0, rows]), "a search for nothing finds something");
  await box.fill("");
  wants(await seen(page, "tr.s") === rows, "a search that is taken back hides places");
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
  if (existsSync(join(folder, "rehearsal.html"))) await rehearse(browser, join(folder, "rehearsal.html"));
}
await browser.close();
console.log([...wrong, `${count} pages, ${wrong.length} findings`].join("\n"));
process.exit(wrong.length > 0 || count === 0 ? 1 : 0);
