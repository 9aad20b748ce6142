/** An expression written back: one line, in one spelling, that parses to the same tree. */
import type { LabelMatcher } from '../../model/series.ts'
import { millis } from '../../model/time.ts'
import type { Aggregation, Binary, Expr, Matching, Shift, VectorSelector } from './ast.ts'
import { formatDuration } from './duration.ts'
import { formatValue } from './number.ts'
import { quote } from './quoted.ts'

const METRIC_NAME = /^[a-zA-Z_:][\w:]*$/
const LABEL_NAME = /^[a-zA-Z_]\w*$/
/** Names that mean something else where a metric may stand. */
const TAKEN = /^(inf|nan|and|or|unless|atan2|offset|bool|on|ignoring|group_left|group_right|by|without)$/i

export function printPromql(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return formatValue(expr.value)
    case 'string':
      return quote(expr.value)
    case 'selector':
      return `${printSelector(expr)}${printShift(expr)}`
    case 'matrix':
      return `${printSelector(expr.selector)}[${formatDuration(expr.range)}]${printShift(expr.selector)}`
    case 'subquery': {
      const step = expr.step === undefined ? '' : formatDuration(expr.step)
      return `${printPromql(expr.expr)}[${formatDuration(expr.range)}:${step}]${printShift(expr)}`
    }
    case 'paren':
      return `(${printPromql(expr.expr)})`
    case 'unary':
      return `${expr.op}${printPromql(expr.expr)}`
    case 'call':
      return `${expr.func}(${expr.args.map(printPromql).join(', ')})`
    case 'binary':
      return printBinary(expr)
    case 'aggregation':
      return printAggregation(expr)
  }
}

function printSelector({ matchers }: VectorSelector): string {
  const index = matchers.findIndex(
    ({ name, op, value }) =>
      name === '__name__' && op === '=' && METRIC_NAME.test(value) && !TAKEN.test(value),
  )
  const name = index < 0 ? '' : matchers[index]!.value
  const others = matchers.filter((_, at) => at !== index).map(printMatcher)
  return others.length === 0 ? name : `${name}{${others.join(', ')}}`
}

function printMatcher({ name, op, value }: LabelMatcher): string {
  return name === '__name__' && op === '=' ? quote(value) : `${labelName(name)}${op}${quote(value)}`
}

const labelName = (name: string): string => (LABEL_NAME.test(name) ? name : quote(name))

const labelList = (names: readonly string[]): string => `(${names.map(labelName).join(', ')})`

function printShift({ at, offset }: Shift): string {
  const time = at === undefined ? '' : typeof at === 'string' ? ` @ ${at}()` : ` @ ${(at / 1000).toFixed(3)}`
  return offset === 0 ? time : `${time} offset ${formatDuration(millis(offset))}`
}

function printBinary({ op, left, right, bool, matching }: Binary): string {
  const words = [op, ...(bool ? ['bool'] : []), ...(matching === undefined ? [] : [printMatching(matching)])]
  return `${printPromql(left)} ${words.join(' ')} ${printPromql(right)}`
}

function printMatching({ on, labels, group, include }: Matching): string {
  const match = `${on ? 'on' : 'ignoring'} ${labelList(labels)}`
  return group === 'none' ? match : `${match} group_${group} ${labelList(include)}`
}

function printAggregation({ op, grouping, param, expr }: Aggregation): string {
  const { without, labels } = grouping
  const groups = without || labels.length > 0 ? ` ${without ? 'without' : 'by'} ${labelList(labels)} ` : ''
  const args = param === undefined ? printPromql(expr) : `${printPromql(param)}, ${printPromql(expr)}`
  return `${op}${groups}(${args})`
}
