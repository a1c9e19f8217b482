"""What a page is looked at for, as JavaScript that returns a list of complaints."""

# Fonts are there and everything is drawn. No page of ours asks for more by itself once it is loaded.
SETTLED = """() => document.fonts.ready.then(
  () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"""

# Everything one can act on has a name, and every field a label.
NAMELESS = """() => {
  const shown = (e) => e.getClientRects().length > 0;
  const readOut = (n) => n.nodeType === 1 && n.getAttribute("aria-hidden") !== "true";
  const text = (e) => [...e.childNodes]
    .map((n) => (n.nodeType === 3 ? n.data : readOut(n) ? text(n) : "")).join(" ").trim();
  const named = (ids) => ids.split(" ").map((id) => document.getElementById(id)?.textContent || "").join(" ").trim();
  const name = (e) => e.getAttribute("aria-label")
    || named(e.getAttribute("aria-labelledby") || "")
    || [...(e.labels || [])].map(text).join(" ").trim()
    || (e.matches("a, button, summary, [role=button]") && (text(e) || e.querySelector("img")?.alt))
    || e.getAttribute("title") || "";
  const actors = "a[href], button, summary, [role=button], input:not([type=hidden]), select, textarea";
  return [...document.querySelectorAll(actors)].filter(shown).filter((e) => !name(e).trim())
    .map((e) => "without a name: " + e.outerHTML.slice(0, 160));
}"""

# Labels point at one element each.
TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  return [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))].map((id) => "id twice: " + id);
}"""

# Text against its ground: 4.5 to 1, large text 3 to 1 (WCAG 2.2, 1.4.3). A canvas reads any colour syntax.
TOO_FAINT = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  };
  const over = (top, below) => top.slice(0, 3).map((c, i) => (c * top[3] + below[i] * (255 - top[3])) / 255);
  const ground = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
    return layers.reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const linear = (v) => (v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
  const light = (c) => .2126 * linear(c[0]) + .7152 * linear(c[1]) + .0722 * linear(c[2]);
  const complaints = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const words = texts.currentNode.data.trim(), e = texts.currentNode.parentElement, style = getComputedStyle(e);
    const isSeen = words && e.getClientRects().length && style.visibility !== "hidden" && style.opacity !== "0";
    if (!isSeen || e.closest("[aria-hidden=true], .ci-unseen, option, script")) continue;
    const below = ground(e);
    const [more, less] = [light(over(rgba(style.color), below)), light(below)].sort((a, b) => b - a);
    const ratio = (more + .05) / (less + .05), size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (isLarge ? 3 : 4.5)) complaints.add(`too faint (${ratio.toFixed(1)}): ${words.slice(0, 40)}`);
  }
  return [...complaints];
}"""

# Nothing makes the page itself scroll sideways.
TOO_WIDE = """() => document.documentElement.scrollWidth > innerWidth + 1
  ? ["wider than the window: " + document.documentElement.scrollWidth] : []"""
