// What one sees. Each page asks the API anew, and offers only what the API says this person may do here.

import { Refused } from "./client.js";
import { CATALOGUE } from "./config.js";
import { field, form, h, money, row, select, sentence, table } from "./elements.js";

export function signInPage(client, done) {
  const signIn = form(
    [
      field("E-mail", h("input", { name: "email", type: "email", autocomplete: "username" })),
      field("Password", h("input", { name: "password", type: "password", autocomplete: "current-password" })),
    ],
    "Sign in",
    async ({ email, password }) => {
      try {
        await client.signIn(email, password);
      } catch (error) {
        if (error.code !== "second_factor_required") throw error;
        signIn.replaceWith(codeForm(client, done));
        return;
      }
      await done();
    },
  );
  const guest = h("button", { class: "plain", onclick: () => client.startAsGuest().then(done) }, "Look around as a guest");
  return [h("h1", {}, "Sign in"), signIn, h("p", {}, guest)];
}

function codeForm(client, done) {
  const code = h("input", { name: "code", inputmode: "numeric", autocomplete: "one-time-code" });
  return form([field("Code of your second factor", code)], "Go on", async (typed) => {
    await client.sendCode(typed.code);
    await done();
  });
}

// Whom one may buy for. The link opens another tab, which then acts for that account; this one stays as it is.
async function startPage(shop) {
  const { customer, refusals } = shop.context;
  const name = [customer.first_name, customer.last_name].filter(Boolean).join(" ") || customer.reference;
  const accounts = customer.kind === "REGISTERED" ? await shop.client.all("accounts") : [];
  const rows = accounts.map((account) =>
    row(
      account.usable ? h("a", { href: shop.link(account.shared_id, "prices") }, account.name) : account.name,
      account.role.name,
      account.usable
        ? h("a", { href: shop.link(account.shared_id, "prices"), target: "_blank", rel: "opener" }, "In another tab")
        : `Not now: ${account.reason}`,
    ),
  );
  return [
    h("h1", {}, `Hello ${name}`),
    refusals.map((refusal) => h("p", { class: "said" }, refusal.reason)),
    h("h2", {}, "Accounts you may buy for"),
    table(["Account", "Your role", ""], rows, "None. You buy for yourself."),
    shop.account ? h("p", {}, h("a", { href: shop.link("", "prices") }, "Buy for yourself")) : null,
  ];
}

async function pricesPage(shop) {
  const prices = new Map();
  if (shop.may("prices.view")) {
    const asked = new URLSearchParams(CATALOGUE.map(([sku]) => ["sku", sku]));
    for (const price of (await shop.call("GET", `prices?${asked}`)).results) prices.set(price.sku, price);
  }
  const rows = CATALOGUE.map(([sku, name]) => {
    const price = prices.get(sku);
    return row(name, sku, money(price?.unit_price, price?.currency ?? "USD"), addForm(shop, sku, price));
  });
  const list = shop.context.price_list ? `Prices of the list ${shop.context.price_list}.` : "";
  return [h("h1", {}, "Prices"), h("p", { class: "quiet" }, list), table(["", "SKU", "Price", ""], rows, "")];
}

function addForm(shop, sku, price) {
  if (!shop.may("carts.manage") || (price && !price.available)) return "";
  const quantity = h("input", { name: "quantity", type: "number", min: 1, value: 1, "aria-label": `Quantity of ${sku}` });
  const said = h("span", { role: "status" });
  const send = async (typed) => {
    said.textContent = "";
    const cart = await activeCart(shop);
    const added = await shop.call("POST", `carts/${cart.id}/lines`, { body: { sku, quantity: Number(typed.quantity) } });
    const now = (added.lines ?? []).find((line) => line.sku === sku);
    said.textContent = now ? `In the cart: ${now.quantity}` : "In the cart";
  };
  return h("div", {}, form([quantity], "Add", send), said);
}

// The cart things go into; made when there is none yet.
async function activeCart(shop) {
  const carts = await shop.all("carts");
  return carts.find((cart) => cart.active) ?? shop.call("POST", "carts", { body: {}, once: crypto.randomUUID() });
}

async function cartPage(shop) {
  if (!shop.may("carts.manage")) return [h("h1", {}, "Cart"), h("p", { class: "quiet" }, "Your role keeps no carts.")];
  const cart = (await shop.all("carts")).find((each) => each.active);
  if (!cart || cart.lines.length === 0) return [h("h1", {}, "Cart"), h("p", { class: "quiet" }, "It is empty.")];
  const remove = (line) => async () => {
    await shop.call("DELETE", `carts/${cart.id}/lines/${line.id}`);
    await shop.show();
  };
  const rows = cart.lines.map((line) =>
    row(
      line.name || line.sku,
      line.quantity,
      line.available ? money(line.unit_price, cart.currency) : "Not to be had",
      money(line.line_total, cart.currency),
      h("button", { class: "plain", onclick: remove(line) }, "Remove"),
    ),
  );
  return [
    h("h1", {}, cart.name || "Cart"),
    table(["", "Quantity", "Price", "Sum", ""], rows, ""),
    h("p", { class: "sum", id: "total" }, money(cart.total, cart.currency)),
    await orderForm(shop, cart),
  ];
}

// Answers after which the same attempt goes on, with its key.
const UNDECIDED = ["idempotency_in_progress", "conflict"];

async function orderForm(shop, cart) {
  if (!shop.may("orders.place")) {
    const why = shop.context.refusals.map((refusal) => refusal.reason).join(" ");
    return h("p", { class: "said" }, `You cannot order here. ${why}`);
  }
  const [addresses, methods] = await Promise.all([shop.all("addresses"), shop.call("GET", "payment-methods")]);
  const usable = (use) =>
    addresses
      .filter((address) => address[`is_${use}`])
      .map((address) => [address.id, lineOf(address), address[`default_${use}`]]);
  // One key for one attempt: whatever is sent twice, by a second click or by the network, is one order. A refusal ends it.
  let once = crypto.randomUUID();
  const send = async ({ shipping_address_id, billing_address_id, payment_method, purchase_order_number }) => {
    const body = { shipping_address_id, billing_address_id, payment_method, purchase_order_number };
    if (cart.total !== null) body.expected_total = cart.total;
    try {
      const order = await shop.call("POST", `carts/${cart.id}/order`, { body, once });
      sessionStorage.setItem("said", `Thank you. Your order is ${order.number}.`);
    } catch (error) {
      if (error instanceof Refused && error.status < 500 && !UNDECIDED.includes(error.code)) once = crypto.randomUUID();
      if (error.code !== "price_changed") throw error;
      sessionStorage.setItem("said", error.message);
      return shop.show();
    }
    shop.go("orders");
  };
  const fields = [
    said(),
    field("Ship to", select("shipping_address_id", usable("shipping"))),
    field("Bill to", select("billing_address_id", usable("billing"))),
    field("Pay by", select("payment_method", methods.results.map((method) => [method.code, method.name]))),
    field("Your purchase order number", h("input", { name: "purchase_order_number", maxlength: 60 })),
  ];
  if (usable("shipping").length === 0) return [h("h2", {}, "Where to?"), addressForm(shop)];
  return [h("h2", {}, "Order"), form(fields, "Order with obligation to pay", send)];
}

function lineOf(address) {
  const name = address.company || `${address.first_name} ${address.last_name}`.trim();
  return [name, address.line1, address.city].join(", ");
}

function addressForm(shop) {
  if (!shop.may("addresses.manage")) return h("p", { class: "said" }, "The account has no address yet; its admin can add one.");
  const inputs = [["last_name", "Name"], ["line1", "Street"], ["city", "City"], ["region", "State"], ["postal_code", "ZIP"]];
  const fields = inputs.map(([name, label]) => field(label, h("input", { name })));
  return form(fields, "Add this address", async (typed) => {
    await shop.call("POST", "addresses", { body: { ...typed, country: "US" }, once: crypto.randomUUID() });
    await shop.show();
  });
}

// What was said last, once.
function said() {
  const text = sessionStorage.getItem("said");
  sessionStorage.removeItem("said");
  return text ? h("p", { class: "said", role: "status" }, text) : null;
}

async function ordersPage(shop) {
  const orders = (await shop.call("GET", "orders")).results;
  const rows = orders.map((order) =>
    row(
      order.number,
      new Date(order.placed_at).toLocaleDateString("en-US"),
      order.lines.map((line) => `${line.quantity} × ${line.name || line.sku}`).join(", "),
      money(order.total, order.currency),
      "reorder" in order.links ? reorderButton(shop, order) : "",
    ),
  );
  return [h("h1", {}, "Orders"), said(), table(["Number", "Placed", "", "Total", ""], rows, "None yet.")];
}

function reorderButton(shop, order) {
  const again = async () => {
    try {
      const { left_out } = await shop.call("POST", `orders/${order.id}/reorder`, { body: {}, once: crypto.randomUUID() });
      const missing = left_out.map((line) => line.sku).join(", ");
      sessionStorage.setItem("said", missing ? `Not to be had any more: ${missing}.` : "All of it is in the cart, at today's prices.");
      shop.go("cart");
    } catch (error) {
      sessionStorage.setItem("said", sentence(error));
      await shop.show();
    }
  };
  return h("button", { class: "plain", onclick: again, "aria-label": `Order ${order.number} again` }, "Again");
}

export const pages = {
  start: { title: "Accounts", show: startPage },
  prices: { title: "Prices", show: pricesPage },
  cart: { title: "Cart", show: cartPage },
  orders: { title: "Orders", show: ordersPage },
};
