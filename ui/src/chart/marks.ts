/** Where the names of marks stand: beside their lines, none over the one before it. Pure. */

/** Something that happened at an instant: a line from top to bottom with a name. */
export interface Mark {
  /** Unix milliseconds. */
  readonly at: number
  readonly label: string
}

export interface PlacedMark extends Mark {
  /** Of its name, in CSS pixels. */
  readonly left: number
}

/** Of a character of the axis, more wide than narrow. */
const CHARACTER = 6.4
const GAP = 4

/** Those within the plot, from left to right; a name that has no room is '', its line stays. */
export function placeMarks(marks: readonly Mark[], x: (at: number) => number, width: number): PlacedMark[] {
  let free = 0
  return marks
    .filter(({ at }) => x(at) >= 0 && x(at) <= width)
    .sort((a, b) => a.at - b.at)
    .map(({ at, label }) => {
      const wide = label.length * CHARACTER
      const right = x(at) + GAP
      const left = right + wide > width ? x(at) - GAP - wide : right
      if (left < free) return { at, label: '', left }
      free = left + wide + 2 * GAP
      return { at, label, left }
    })
}
