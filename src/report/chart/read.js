"use strict";
// What a chart has in a column is in its table: a slider and the pointer read it from there.
for (const slider of document.querySelectorAll("input.read")) {
  const figure = slider.closest("figure");
  const [svg, table] = [figure.querySelector("div > svg"), figure.querySelector("details table")];
  const heads = [...table.tHead.rows[0].cells].slice(1).map((head) => head.textContent);
  const rows = table.tBodies[0].rows;
  const [left, right, height] = [+slider.dataset.left, +slider.dataset.right, svg.viewBox.baseVal.height];
  const wide = (right - left) / rows.length;
  const said = document.createElement("p");
  said.className = "said";
  // Below the chart, which stays where it is when the words take more lines.
  slider.closest(".wide").after(said);
  // A screen reader has the same words as the value of the slider.
  said.ariaHidden = "true";
  const here = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "path"));
  here.setAttribute("class", "here");
  const text = (nth) => {
    const [name, ...numbers] = [...rows[nth].cells].map((cell) => cell.textContent);
    return name + " — " + numbers.map((number, at) => heads[at] + ": " + number).join(" · ");
  };
  const read = (nth) => {
    slider.value = nth;
    said.textContent = slider.ariaValueText = text(nth);
    const x = Math.round(left + (nth + 0.5) * wide);
    here.setAttribute("d", "M" + x + " 24V" + (height - 34));
  };
  const quiet = () => {
    if (document.activeElement === slider) return;
    said.textContent = "";
    here.removeAttribute("d");
  };
  slider.style.marginLeft = left - 8 + "px";
  slider.style.width = right - left + 16 + "px";
  slider.ariaValueText = text(0);
  slider.addEventListener("input", () => read(slider.valueAsNumber));
  slider.addEventListener("focus", () => read(slider.valueAsNumber));
  slider.addEventListener("blur", quiet);
  svg.addEventListener("pointermove", (event) => {
    const place = svg.getBoundingClientRect();
    const x = (event.clientX - place.left) * svg.viewBox.baseVal.width / place.width;
    const nth = Math.floor((x - left) / wide);
    if (nth >= 0 && nth < rows.length) read(nth);
  });
  svg.addEventListener("pointerleave", quiet);
  slider.hidden = false;
}
