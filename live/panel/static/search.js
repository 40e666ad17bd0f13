// Finding styles by what people type: by a piece of a word, and where there is none by the nearest.

export const plain = (text) => text.toLowerCase().replaceAll("&", " and ").normalize("NFKD").replace(/[^a-z0-9]+/g, " ").trim();

/** How many letters differ between two words: put in, left out, other, or two that changed places. */
function apart(a, b) {
  let [before, last] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length];
}

const slips = (word) => (word.length < 4 ? 0 : word.length < 7 ? 1 : 2);

/** How well a word fits a name of words: 0 not at all, 6 the whole name. */
function fit(word, name) {
  if (name === word) return 6;
  const own = name.split(" ");
  if (own.includes(word)) return 5;
  if (name.startsWith(word)) return 4;
  if (own.some((one) => one.startsWith(word))) return 3;
  return name.includes(word) || name.replaceAll(" ", "").includes(word) ? 2 : 0;
}

/** What is looked for in a style. */
function indexed(style) {
  const names = [style.title, style.name, ...(style.aliases ?? [])].map(plain);
  const rest = plain(`${style.kind} ${style.trained ? "trained" : "patterns"} ${style.text} ${style.sources.map((one) => one[1]).join(" ")}`);
  return { style, names, rest };
}

function score({ style, names, rest }, words) {
  const whole = Math.max(...names.map((name) => fit(words.join(" "), name)));
  let sum = 2 * whole;
  for (const word of words) {
    const named = Math.max(...names.map((name) => fit(word, name)));
    const tempo = /^\d{2,3}$/.test(word) && Number(word) >= style.tempo[0] && Number(word) <= style.tempo[2];
    if (!named && !tempo && !rest.includes(word) && !whole) return 0;
    sum += 3 * named + 1;
  }
  return sum;
}

/** For slips of the hand: of each word the nearest in the names; a whole name before a piece of one. */
function near({ names }, words) {
  const joined = names.map((name) => name.replaceAll(" ", "")), own = [...joined, ...names.flatMap((name) => name.split(" "))];
  const asked = words.join(""), whole = Math.min(...joined.map((name) => apart(asked, name)));
  let sum = whole > slips(asked) ? 1 : 1 + 1 / (1 + whole);
  for (const word of words) {
    const least = Math.min(...own.map((one) => Math.min(apart(word, one), apart(word, one.slice(0, word.length)) + 0.5)));
    if (least > slips(word)) return 0;
    sum += 1 / (1 + least);
  }
  return sum;
}

/** The styles that fit what was typed, the best first; a number is a tempo it is played at. */
export function found(styles, asked) {
  const words = plain(asked).split(" ").filter(Boolean);
  if (!words.length) return styles;
  const all = styles.map(indexed);
  for (const measure of [score, near]) {
    const some = all.map((one) => [measure(one, words), one.style]).filter(([much]) => much > 0);
    if (some.length) return some.sort((a, b) => b[0] - a[0]).map(([, style]) => style);
  }
  return [];
}
