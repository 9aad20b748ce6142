/** The colours of the theme as a canvas takes them: by the names of the tokens. */
export type Ink = (token: string) => string

/** @param element any in the page: tokens are inherited */
export function readInk(element: Element): Ink {
  const style = getComputedStyle(element)
  return token => style.getPropertyValue(`--${token}`).trim()
}
