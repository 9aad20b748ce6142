/**
 * Looks at a page as it is laid out, and tells what a person would call broken: text that is cut off
 * without a sign or without a way to read it, text over text, a page that scrolls sideways.
 *
 * Runs in the browser; refers to nothing outside of itself.
 */
export function layoutFaults(): string[] {
  interface Seen {
    readonly text: string
    readonly element: Element
    readonly left: number
    readonly right: number
    readonly top: number
    readonly bottom: number
  }
  const faults: string[] = []
  const root = document.documentElement
  if (root.scrollWidth > innerWidth) faults.push(`the page is ${root.scrollWidth - innerWidth} px too wide`)
  const main = document.querySelector('main')
  if (main && main.scrollWidth > main.clientWidth)
    faults.push(`the main part is ${main.scrollWidth - main.clientWidth} px too wide`)

  const name = (element: Element): string =>
    `<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}">`
  const isHidden = (element: Element): boolean =>
    !element.checkVisibility({
      opacityProperty: true,
      visibilityProperty: true,
      contentVisibilityAuto: true,
    }) || element.closest('.unseen, .skip, [hidden]') !== null

  const styles = new Map<Element, CSSStyleDeclaration>()
  const styleOf = (element: Element): CSSStyleDeclaration => {
    const style = styles.get(element) ?? getComputedStyle(element)
    styles.set(element, style)
    return style
  }

  const seen: Seen[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    const element = node.parentElement
    if (text === '' || !element || isHidden(element) || element.closest('svg, script, style')) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    for (const box of range.getClientRects()) {
      let { left, right, top, bottom } = box
      let scrolls = false
      for (let up: Element | null = element; up; up = up.parentElement) {
        const style = styleOf(up)
        if (style.display === 'inline' || style.display === 'contents') continue
        const clip = up.getBoundingClientRect()
        if (style.overflowX !== 'visible') {
          const cut = Math.max(clip.left - left, right - clip.right)
          const told = style.textOverflow === 'ellipsis' && up.closest('[title], [aria-expanded]') !== null
          const reachable = scrolls || style.overflowX === 'auto' || style.overflowX === 'scroll'
          if (cut > 1.5 && clip.width > 0 && !told && !reachable && bottom > clip.top && top < clip.bottom)
            faults.push(`“${text.slice(0, 40)}” is cut by ${Math.round(cut)} px in ${name(up)}`)
          left = Math.max(left, clip.left)
          right = Math.min(right, clip.right)
        }
        if (style.overflowY !== 'visible') {
          top = Math.max(top, clip.top)
          bottom = Math.min(bottom, clip.bottom)
        }
        scrolls ||= style.overflowX === 'auto' || style.overflowX === 'scroll'
        if (style.position === 'fixed') break
      }
      if (right - left > 1 && bottom - top > 1) seen.push({ text, element, left, right, top, bottom })
    }
  }

  const floats = (element: Element): boolean => element.closest('.floating, dialog, .pane') !== null
  for (let i = 0; i < seen.length; i++)
    for (let k = i + 1; k < seen.length; k++) {
      const [a, b] = [seen[i]!, seen[k]!]
      if (a.element === b.element || floats(a.element) !== floats(b.element)) continue
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left)
      const tall = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)
      if (wide > 2 && tall > 4) faults.push(`“${a.text.slice(0, 40)}” lies over “${b.text.slice(0, 40)}”`)
    }
  return faults
}
