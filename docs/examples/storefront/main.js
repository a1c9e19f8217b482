// Which page is shown, and for whom: both stand in the tab's address, `#/account/<shared id>/<page>` or `#/myself/<page>`.
// So each tab acts for the account its own address names, and no tab can change what another one does.

import { Client } from "./client.js";
import { API, STOREFRONT } from "./config.js";
import { h, sentence } from "./elements.js";
import { pages, signInPage } from "./pages.js";

const client = new Client(API, STOREFRONT);

function place() {
  const [, who = "myself", ...rest] = location.hash.split("/");
  const account = who === "account" ? decodeURIComponent(rest.shift() ?? "") : "";
  return { account, name: rest.shift() || "start" };
}

function link(account, name) {
  return account ? `#/account/${encodeURIComponent(account)}/${name}` : `#/myself/${name}`;
}

function go(account, name) {
  const there = link(account, name);
  if (location.hash === there) return show();
  location.hash = there;
}

function header(shop) {
  const who = shop.context.account?.name ?? "yourself";
  const links = Object.entries(pages)
    .filter(([, page]) => page.title)
    .map(([name, page]) => h("a", { href: link(shop.account, name), "aria-current": name === shop.name }, page.title));
  const leave = h("button", { class: "plain", onclick: () => client.signOut().then(show) }, "Sign out");
  return [
    h("strong", {}, "Example shop"),
    h("span", { id: "acting" }, `Buying for ${who}`, shop.context.role ? ` as ${shop.context.role.name}` : ""),
    leave,
    h("nav", { "aria-label": "Pages" }, links),
  ];
}

let turn = 0;

async function show() {
  const mine = ++turn;
  const { account, name } = place();
  let head = [h("strong", {}, "Example shop")];
  let body;
  try {
    if (client.token) {
      const context = await client.call("GET", "context", { account }).catch((error) => {
        if (error.status !== 401) throw error;
        client.token = "";
        return null;
      });
      if (context) {
        const shop = shopFor(account, name, context);
        head = header(shop);
        body = await (pages[name] ?? pages.start).show(shop);
      }
    }
    body ??= signInPage(client, show);
  } catch (error) {
    body = [h("p", { class: "refused", role: "alert" }, sentence(error))];
  }
  // Whoever clicked on while this page was fetched sees the later one.
  if (mine !== turn) return;
  document.getElementById("header").replaceChildren(...head);
  document.getElementById("main").replaceChildren(...[body].flat(2).filter((part) => part));
}

// What a page gets: how to ask the API for whom this tab acts, and what this person may do there.
function shopFor(account, name, context) {
  const acting = context.account ? account : "";
  return {
    client,
    context,
    account,
    name,
    may: (permission) => !context.account || context.permissions.includes(permission),
    call: (method, path, options = {}) => client.call(method, path, { account: acting, ...options }),
    all: (path) => client.all(path, { account: acting }),
    go: (page) => go(account, page),
    link,
    show,
  };
}

addEventListener("hashchange", show);
show();
