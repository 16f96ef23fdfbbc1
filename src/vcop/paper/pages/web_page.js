{
  const bar = document.currentScript.previousElementSibling, rows = ".unit:not(section)";
  const box = bar.querySelector("input"), count = bar.querySelector("output");
  bar.hidden = false; // without a script there is no box
  box.oninput = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let head = null;
    for (const part of document.querySelectorAll(".unit, .unit-head")) {
      if (part.matches(".unit-head")) {
        head = part;
        head.hidden = words.length > 0;
        continue;
      }
      const text = ((head ? head.textContent : "") + part.textContent).toLowerCase();
      part.hidden = !words.every((word) => text.includes(word));
      if (head && !part.hidden) head.hidden = false;
    }
    for (const folded of document.querySelectorAll("details")) {
      folded.open = words.length > 0 && !!folded.querySelector(".unit:not([hidden])");
    }
    const all = [...document.querySelectorAll(rows)];
    count.value = words.length ? `${all.filter((row) => !row.hidden).length} of ${all.length}` : "";
  };
}
