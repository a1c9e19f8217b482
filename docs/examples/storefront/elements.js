// Makes elements. Text always becomes text, never markup, so nothing a person typed can become part of the page.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function field(label, input) {
  return h("label", {}, h("span", {}, label), input);
}

export function select(name, choices, { blank } = {}) {
  const options = choices.map(([value, text, selected]) => h("option", { value, selected }, text));
  return h("select", { name }, blank ? h("option", { value: "" }, blank) : null, options);
}

// A form that sends once, however often its button is pressed, and says what was refused beside what was typed.
export function form(fields, label, send) {
  const complaint = h("p", { class: "refused", role: "alert", hidden: true });
  const button = h("button", {}, label);
  const element = h("form", { novalidate: true }, fields, complaint, button);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    complaint.hidden = true;
    try {
      await send(Object.fromEntries(new FormData(element)));
    } catch (error) {
      complaint.textContent = sentence(error);
      complaint.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
  return element;
}

export function sentence(error) {
  const details = (error.errors ?? []).map((each) => `${each.field}: ${each.detail}`);
  return [error.message, ...details].join(" ");
}

export function money(amount, currency) {
  if (amount === null || amount === undefined) return "–";
  return new Intl.NumberFormat("en-US", { style: "currency", currency }).format(amount);
}

export function table(head, rows, empty) {
  if (rows.length === 0) return h("p", { class: "quiet" }, empty);
  const heads = head.map((text) => h("th", { scope: "col" }, text));
  return h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows));
}

export function row(...cells) {
  return h("tr", {}, cells.map((cell) => h("td", {}, cell)));
}
