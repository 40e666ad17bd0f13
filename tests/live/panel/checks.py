"""Accessibility checks that run in the page; each returns what it found wrong, in words."""

# Every control has a name, ids are single, sliders say where they stand, nothing is heard by a
# mouse only. Names are looked for where assistive technology does: aria-label, label, text.
NAMES = """() => {
  const wrong = [], ids = new Set();
  const shown = (one) => one.offsetParent !== null;
  for (const one of document.querySelectorAll("[id]")) {
    if (ids.has(one.id)) wrong.push(`two of id ${one.id}`);
    ids.add(one.id);
  }
  const all = "button, a[href], input, select, [role=slider], [role=img], [role=group], section";
  for (const one of document.querySelectorAll(all)) {
    const label = one.closest("label")?.querySelector("span")?.textContent ?? "";
    const text = one.matches("button, a") ? one.textContent : "";
    const name = (one.getAttribute("aria-label") ?? "") || label || text;
    if (shown(one) && !name.trim()) wrong.push(`no name: ${one.outerHTML.slice(0, 90)}`);
  }
  for (const one of document.querySelectorAll("[role=slider]")) {
    for (const say of ["aria-valuenow", "aria-valuemin", "aria-valuemax", "aria-valuetext"]) {
      if (!one.hasAttribute(say)) wrong.push(`${one.getAttribute("aria-label")}: no ${say}`);
    }
    if (one.tabIndex < 0) wrong.push(`${one.getAttribute("aria-label")}: not by keyboard`);
  }
  for (const one of document.querySelectorAll("ul > :not(li)")) wrong.push(`${one.tagName} in ul`);
  if (!document.documentElement.lang) wrong.push("no language");
  if (!document.querySelector("main") || document.querySelectorAll("h1").length !== 1) {
    wrong.push("no main or not one h1");
  }
  return wrong;
}"""

# WCAG 2.2, 1.4.3: text has 4.5:1 on what lies behind it, 3:1 from 24 px (18.66 px if bold) on.
CONTRAST = """() => {
  const rgba = (text) => {
    const found = text.match(/[\\d.]+/g).map(Number);
    return found.length === 3 ? [...found, 1] : found;
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const behind = (one) => {
    let found = [];
    for (let at = one; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3]) found.push(colour);
      if (colour[3] === 1) break;
    }
    return found.reduceRight((below, above) => over(above, below), [255, 255, 255, 1]);
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const wrong = new Set();
  let checked = 0;
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !one.offsetParent) continue;
    const style = getComputedStyle(one), back = behind(one), ink = rgba(style.color);
    ink[3] *= Number(style.opacity);
    const [a, b] = [light(over(ink, back)), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), bold = Number(style.fontWeight) >= 700;
    const least = size >= 24 || (bold && size >= 18.66) ? 3 : 4.5;
    const ratio = (a + 0.05) / (b + 0.05);
    checked += 1;
    if (ratio < least) {
      const what = `${one.tagName} ${one.className} "${one.textContent.trim().slice(0, 30)}"`;
      wrong.add(`${ratio.toFixed(2)}: ${what}`);
    }
  }
  if (checked < 50) wrong.add(`only ${checked} texts were looked at`);
  return [...wrong];
}"""
