// Which API, which storefront, and what is sold. A real shop has a catalogue of its own; the API knows SKUs and prices.
// The two first can be given in the page's address: ?api=http://127.0.0.1:8001&storefront=eu

const asked = new URLSearchParams(location.search);

export const API = asked.get("api") ?? "http://127.0.0.1:8000";
export const STOREFRONT = asked.get("storefront") ?? "us";

export const CATALOGUE = [
  ["SAW-10", "Circular saw 10 in"],
  ["DRILL-18V", "Cordless drill 18 V"],
  ["SCREW-50", "Wood screws 50 mm, box of 200"],
  ["PLY-12", "Plywood 12 mm, sheet"],
  ["LUMBER-2X4", "Stud 2x4, 8 ft"],
  ["PAINT-WHITE", "Wall paint white, 5 l"],
];
