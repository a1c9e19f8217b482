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
  const who = shop.isRefused ? "nobody" : (shop.context.account?.name ?? "yourself");
  const links = Object.entries(shop.isRefused ? {} : pages)
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
      const context = await client.call("GET", "context", { account, mayBeRefused: true }).catch((error) => {
        if (error.status !== 401) throw error;
        client.token = "";
        return null;
      });
      if (context) {
        const shop = shopFor(account, name, context);
        head = header(shop);
        body = await (shop.isRefused ? pages.start : (pages[name] ?? pages.start)).show(shop);
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

// What a page gets: how to ask the API for whom this tab acts, and what this person may do there. Where the account is
// refused, nothing goes on for himself instead: what one sees is why, and for whom one may buy.
function shopFor(account, name, context) {
  return {
    client,
    context,
    account,
    name,
    isRefused: account !== "" && !context.account,
    may: (permission) => !context.account || context.permissions.includes(permission),
    call: (method, path, options = {}) => client.call(method, path, { account, ...options }),
    all: (path) => client.all(path, { account }),
    go: (page) => go(account, page),
    link,
    show,
  };
}

addEventListener("hashchange", show);
show();
