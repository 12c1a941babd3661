"use strict";
{
  const box = document.getElementById("search");
  const said = document.getElementById("found");
  const filters = document.getElementById("filters");
  const items = [...document.querySelectorAll(".s")];
  const groups = [...document.querySelectorAll(".group")];
  const label = (item) => (item.querySelector("th") ?? item).textContent;
  const texts = items.map((item) => label(item) + " " + (item.dataset.words ?? ""));
  // Letters of all languages; one slip of the finger in a word is forgiven.
  const fuzzy = new uFuzzy({
    unicode: true, intraMode: 1, interSplit: "[^\\p{L}\\d']+", intraSplit: "\\p{Ll}\\p{Lu}",
    intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}", intraChars: "[\\p{L}\\d']", intraContr: "'\\p{L}{1,2}\\b",
  });
  const look = () => {
    // What is typed is looked for everywhere, and not in a first part alone.
    if (box.value && document.querySelector(".first:checked")) document.querySelector(".all").checked = true;
    const found = fuzzy.search(texts, box.value, 1)[0];
    const shown = new Set(found ?? items.keys());
    for (const [nth, item] of items.entries()) item.hidden = !shown.has(nth);
    for (const group of groups) group.hidden = !group.querySelector(".s:not([hidden])");
    const seen = items.filter((item) => item.checkVisibility()).length;
    said.textContent = seen === items.length ? "" : seen + " of " + items.length + " shown";
  };
  box.closest("p").hidden = false;
  box.addEventListener("input", look);
  filters.addEventListener("change", look);
  look();
}
