"use strict";
(() => {
  const prompts = [...document.querySelectorAll("details.prompt")];
  const byId = (id) => document.getElementById(id);
  const words = prompts.map((prompt) => prompt.querySelector("summary").textContent.toLowerCase());
  const choose = () => {
    const wanted = byId("find").value.toLowerCase().trim();
    const unsatisfied = byId("unsatisfied").checked;
    let shown = 0;
    prompts.forEach((prompt, i) => {
      prompt.hidden = !words[i].includes(wanted) || (unsatisfied && prompt.dataset.satisfied === "true");
      shown += prompt.hidden ? 0 : 1;
    });
    byId("shown").value = `${shown} of ${prompts.length}`;
  };
  const setOpen = (open) => prompts.forEach((prompt) => { prompt.open = open && !prompt.hidden; });
  const showTarget = () => {
    const target = location.hash.length > 1 ? byId(decodeURIComponent(location.hash.slice(1))) : null;
    const prompt = target ? target.closest("details.prompt") : null;
    if (prompt) {
      prompt.open = true;
      target.scrollIntoView();
    }
  };
  document.querySelector("form.controls").hidden = false;
  byId("find").addEventListener("input", choose);
  byId("unsatisfied").addEventListener("change", choose);
  byId("open-all").addEventListener("click", () => setOpen(true));
  byId("close-all").addEventListener("click", () => setOpen(false));
  document.querySelector("form.controls").addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", showTarget);
  showTarget();
})();
