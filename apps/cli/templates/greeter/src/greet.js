/**
 * Greets someone by name.
 * @param {string} name  blanks around it are dropped; without a name the whole world is greeted
 * @returns {string} one sentence
 */
export function greet(name) {
  const trimmed = name.trim();
  return `Hello, ${trimmed === '' ? 'world' : trimmed}!`;
}
