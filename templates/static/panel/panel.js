/* Small comforts of the panel. Everything works without them but the order of policy steps, copying and opening branches. */
(() => {
  "use strict";

  // Ids are copied with one click; the icon says that it is done.
  const copy = async (button) => {
    const icon = button.querySelector(".ci-copy-icon");
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("ci-copy-done");
    icon.textContent = "check";
    setTimeout(() => {
      button.classList.remove("ci-copy-done");
      icon.textContent = "content_copy";
    }, 1500);
  };

  // Steps of a policy move up and down; the form sends its checkboxes in the order in which they stand.
  const move = (button) => {
    const item = button.closest("li");
    const other = button.dataset.move < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    if (button.dataset.move < 0) other.before(item);
    else other.after(item);
    button.focus();
    item.querySelector("input").dispatchEvent(new Event("change", { bubbles: true }));
  };

  // Null where no dialog comes back: the server is away or refuses, or the session has ended and it asks to sign in.
  const answered = async (address, options = {}) => {
    const answer = await fetch(address, { ...options, headers: { "X-In-Place": "1" } }).catch(() => null);
    return answer && answer.ok && !answer.redirected ? answer : null;
  };

  // A pencil opens its dialog in the row; without this script it is a link to the dialog's own page.
  const fill = async (place, answer) => {
    if (answer.headers.get("X-In-Place") === "done") {
      location.reload();
      return;
    }
    place.innerHTML = await answer.text();
    const first = place.querySelector(".errorlist, select, input:not([type=hidden]), textarea, button");
    if (first) first.focus();
  };

  // The list itself is one form, so what is opened stands outside it, below its pencil.
  const openInPlace = async (pencil) => {
    const answer = await answered(pencil.href);
    if (!answer) {
      location.assign(pencil.href);
      return;
    }
    const place = document.createElement("dialog");
    place.className = "ci-place";
    place.addEventListener("close", () => place.remove());
    document.body.append(place);
    await fill(place, answer);
    place.setAttribute("aria-label", pencil.title);
    place.showModal();
    const { left, bottom } = pencil.getBoundingClientRect();
    place.style.left = `${Math.max(0, Math.min(left, innerWidth - place.offsetWidth - 8))}px`;
    place.style.top = `${Math.max(0, Math.min(bottom, innerHeight - place.offsetHeight - 8))}px`;
  };

  document.addEventListener("submit", async (event) => {
    const place = event.target.closest(".ci-place");
    if (!place) return;
    event.preventDefault();
    const form = event.target;
    form.querySelectorAll("button").forEach((button) => (button.disabled = true));
    const answer = await answered(form.action, { method: "POST", body: new FormData(form) });
    if (answer) await fill(place, answer);
    else form.submit(); // as without this script: what the server says is shown
  });

  // A branch of a tree is fetched when it is opened, a hundred accounts at a time.
  const openBranch = async (toggle) => {
    const branch = document.getElementById(toggle.getAttribute("aria-controls"));
    const isOpen = toggle.getAttribute("aria-expanded") === "true";
    toggle.setAttribute("aria-expanded", String(!isOpen));
    branch.hidden = isOpen;
    if (!isOpen && !branch.childElementCount) branch.innerHTML = await (await fetch(toggle.dataset.branch)).text();
  };

  const showMore = async (button) => {
    const item = button.closest("li");
    const more = document.createElement("template");
    more.innerHTML = await (await fetch(button.dataset.more)).text();
    const items = [...more.content.querySelectorAll(":scope > ul > li")];
    item.replaceWith(...items);
    const next = items[0] && items[0].querySelector("a, button");
    if (next) next.focus();
  };

  document.addEventListener("click", (event) => {
    const pencil = event.target.closest("a[data-in-place]");
    if (pencil && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      openInPlace(pencil);
    }
    const closed = event.target.closest("[data-in-place-close]");
    if (closed) closed.closest("dialog").close();
    const toggle = event.target.closest("[data-branch]");
    if (toggle) openBranch(toggle);
    const more = event.target.closest("[data-more]");
    if (more) showMore(more);
    const copied = event.target.closest("[data-copy]");
    if (copied) copy(copied);
    const moved = event.target.closest("[data-move]");
    if (moved) move(moved);
  });

  // Of a form with several actions, the fields of the chosen one are shown.
  const showFieldsOfAction = (form) => {
    const chosen = form.querySelector("input[name=action]:checked");
    form.querySelectorAll("[data-for-action]").forEach((field) => {
      const row = field.closest(".group");
      row.hidden = !chosen || field.dataset.forAction !== chosen.value;
    });
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("input[name=action]")) showFieldsOfAction(event.target.form);
  });

  // What looks like a button and is none answers to the keyboard like one.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!event.target.matches("[role=button]:not(button, a[href])")) return;
    event.preventDefault();
    event.target.click();
  });

  // Unfold writes its icons as words ("account_tree"): they are for eyes, not for reading out.
  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form:has([data-for-action])").forEach(showFieldsOfAction);
    document.querySelectorAll(".material-symbols-outlined:not([aria-label])").forEach((icon) => {
      icon.setAttribute("aria-hidden", "true");
    });
  });
})();
