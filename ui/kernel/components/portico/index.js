// What the components of the frame share: which pane is in front, and small tools.
import { h, reactive } from "vue";

const kept = (name, otherwise) => {
  try {
    return JSON.parse(sessionStorage.getItem(`portico-${name}`)) ?? otherwise;
  } catch {
    return otherwise;
  }
};

export const store = reactive({
  active: location.pathname.replace(/(.)\/+$/, "$1"),
  alive: [],
  drawer: false,
  offline: false,
  restored: false,
  lost: {},
  spoken: "",
  title: "",
  collapsed: localStorage.getItem("portico-collapsed") === "1",
  sprite: "/assets/icons.svg",
  go: () => {},
});

export const scrolls = kept("scrolls", {});
export const drafts = kept("drafts", {});
export const keptTabs = kept("tabs", []);

// What another person left in this browser tab is nobody's.
export function belongTo(person) {
  if (kept("person", person) !== person) {
    for (const mine of [scrolls, drafts]) for (const key of Object.keys(mine)) delete mine[key];
    keptTabs.length = 0;
    keep("drafts", {});
  }
  keep("person", person);
}

export function keep(name, value) {
  try {
    sessionStorage.setItem(`portico-${name}`, JSON.stringify(value));
  } catch {
    /* a full or forbidden store only loses comfort */
  }
}

export const Icon = (props) =>
  h("svg", { class: ["p-icon", props.look], "aria-hidden": "true" }, h("use", { href: `${store.sprite}#i-${props.name}` }));
Icon.props = ["name", "look"];

export function say(text) {
  store.spoken = "";
  setTimeout(() => (store.spoken = text), 60);
}

// Where the focus was when another page was asked for.
export const from = { element: null };

// Whoever has begun something else while the page was on its way keeps his place.
export function mayTakeFocus(pane) {
  const here = document.activeElement;
  return !here || here === document.body || (here === from.element && !pane.contains(here));
}

export function focusHeading() {
  const heading = document.querySelector(".p-pane:not(.is-hidden) h1");
  if (!heading) return;
  heading.setAttribute("tabindex", "-1");
  heading.focus({ preventScroll: true });
}

export function moveIn(list, event, selector) {
  const items = [...list.querySelectorAll(selector)].filter((item) => item.offsetParent !== null && !item.disabled);
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || !items.length) return false;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
  return true;
}
