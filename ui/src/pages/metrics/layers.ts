/** Series as the layers of a chart: each its hue and dash; the one that is looked at in front. Pure. */
import type { Layer } from '../../chart/paint-layers.ts'
import { stackAreas } from '../../chart/stacked-areas.ts'
import type { Series } from '../../lib/matrix.ts'
import type { Stroke } from '../../lib/series-hues.ts'

const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3]]

/** @param looked the key of a series, or undefined */
export function layersOf(
  series: readonly Series[],
  strokes: ReadonlyMap<string, Stroke>,
  stacked: boolean,
  looked: string | undefined,
): Layer[] {
  const values = series.map(one => one.values)
  const drawn = stacked ? stackAreas(values) : values.map(top => ({ top, base: undefined }))
  return series
    .map(({ key }, i): Layer => {
      const { hue, round } = strokes.get(key)!
      return {
        ...drawn[i]!,
        key,
        color: `service-${hue}`,
        dash: DASHES[round % DASHES.length]!,
        width: key === looked ? 2.5 : 1.5,
        faint: looked !== undefined && key !== looked,
      }
    })
    .sort((a, b) => Number(a.key === looked) - Number(b.key === looked))
}
