// Speaks to the API. Everything it needs to know of a tab is the session token; for whom a call is, each call says.

export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `The server answered ${status}.`);
    this.status = status;
    this.code = problem.code ?? "";
    this.errors = problem.errors ?? [];
    this.problem = problem;
  }
}

export class Client {
  constructor(api, storefront) {
    this.address = `${api}/api/v1/storefront`;
    this.storefront = storefront;
  }

  // Kept for this tab alone, and gone with it. A link with rel="opener" hands a copy to the tab it opens.
  get token() {
    return sessionStorage.getItem("token") ?? "";
  }

  set token(token) {
    if (token) sessionStorage.setItem("token", token);
    else sessionStorage.removeItem("token");
  }

  // `account`: the shared id of the account this call acts for; without it the person acts for himself.
  // `mayBeRefused`: the answer says itself that it is for nobody, and why; only `context` does.
  // `once`: a key by which the server knows the call again if the network makes us send it twice.
  async call(method, path, { account, body, once, mayBeRefused = false } = {}) {
    const headers = { "X-Storefront": this.storefront };
    if (this.token) headers["X-Session-Token"] = this.token;
    if (account) headers["X-Account-Shared-Id"] = account;
    if (once) headers["Idempotency-Key"] = once;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(`${this.address}/${path}`, { method, headers, body: JSON.stringify(body) });
    const content = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    if (content.meta?.session_token) this.token = content.meta.session_token;
    if (!answer.ok) throw new Refused(answer.status, content);
    const acting = answer.headers.get("X-Acting-Account");
    const isAsAsked = acting === (account || null) || (mayBeRefused && acting === null);
    if (!isAsAsked) throw new Error(`Asked for ${account || "oneself"}, answered for ${acting ?? "oneself"}.`);
    return content;
  }

  signIn(email, password) {
    return this.call("POST", "auth/login", { body: { email, password } });
  }

  sendCode(code) {
    return this.call("POST", "auth/2fa/authenticate", { body: { code } });
  }

  // The answer to a sign-out is 401: nobody is signed in any more.
  async signOut() {
    await this.call("DELETE", "auth/session").catch(() => {});
    this.token = "";
  }

  async startAsGuest() {
    this.token = (await this.call("POST", "guest")).session_token;
  }

  // Every page of a list, as one.
  async all(path, options) {
    const found = [];
    for (let next = path; next; ) {
      const page = await this.call("GET", next, options);
      found.push(...page.results);
      next = page.next ? page.next.split("/api/v1/storefront/")[1] : null;
    }
    return found;
  }
}
