"use strict";
const box = document.getElementById("search");
const said = document.getElementById("found");
const items = [...document.querySelectorAll("li.s")];
const groups = [...document.querySelectorAll("section.group")];
const look = () => {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const item of items) {
    const text = (item.textContent + " " + item.dataset.words).toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  }
  for (const group of groups) group.hidden = !group.querySelector("li.s:not([hidden])");
  const shown = items.filter((item) => item.checkVisibility()).length;
  said.textContent = shown === items.length ? "" : shown + " of " + items.length + " shown";
};
box.closest("p").hidden = false;
box.addEventListener("input", look);
document.getElementById("filters").addEventListener("change", look);
look();
