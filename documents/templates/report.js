// The page works without this. It keeps the page's language attribute true and shows hover texts in one language.
(() => {
  "use strict";
  const root = document.documentElement;
  const radios = { zh: document.getElementById("lang-zh"), en: document.getElementById("lang-en") };
  const now = () => (radios.en.checked ? "en" : "zh");
  const told = () => { root.lang = now() === "en" ? "en" : "zh-CN"; };
  for (const radio of Object.values(radios)) radio.addEventListener("change", told);
  if (location.hash === "#en" || location.hash === "#zh") radios[location.hash.slice(1)].checked = true;
  told();

  // Hover texts of the map hold both languages; here they become one bubble that keyboard focus shows too.
  const bubble = document.createElement("div");
  bubble.className = "bubble";
  bubble.setAttribute("role", "tooltip");
  bubble.hidden = true;
  document.body.append(bubble);
  const texts = new Map();
  for (const title of document.querySelectorAll(".units path > title")) {
    const link = title.closest("a");
    texts.set(link, title.textContent.split("\n"));
    link.setAttribute("aria-label", title.textContent.replace("\n", " / "));
    title.remove();
  }
  const show = (event) => {
    const host = event.target.closest && event.target.closest("a");
    const lines = host && texts.get(host);
    if (!lines) return;
    bubble.textContent = lines[now() === "en" ? 1 : 0] || lines[0];
    bubble.hidden = false;
    const at = host.getBoundingClientRect();
    const own = bubble.getBoundingClientRect();
    const left = Math.min(Math.max(8, at.left + at.width / 2 - own.width / 2), root.clientWidth - own.width - 8);
    const above = at.top - own.height - 8;
    bubble.style.left = `${Math.max(8, left)}px`;
    bubble.style.top = `${above > 8 ? above : at.bottom + 8}px`;
  };
  const hide = () => { bubble.hidden = true; };
  document.addEventListener("mouseover", show);
  document.addEventListener("mouseout", hide);
  document.addEventListener("focusin", show);
  document.addEventListener("focusout", hide);
  document.addEventListener("scroll", hide, true);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
})();
