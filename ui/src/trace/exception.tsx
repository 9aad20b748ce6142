/** An exception of a span: its message, unless the stack begins with it, the stack, and what else it carries. */
import { useSignal } from '@preact/signals'
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { attributeOf, attributeText } from '../lib/attribute-text.ts'
import { stackLines } from '../lib/stack.ts'
import { Copy } from '../parts/copy.tsx'
import { Attributes } from './attributes.tsx'
import { exceptionText } from './lines.ts'

/** Whether an exception says what a message says, so that it need not be said twice. */
export const tells = (message: string) => (event: SpanJson['events'][number]) =>
  exceptionText(event.attributes).includes(message)

export function Exception({ event }: { event: SpanJson['events'][number] }) {
  const stack = attributeText(attributeOf(event.attributes, 'exception.stacktrace') ?? '')
  const rest = event.attributes.filter(({ key }) => !key.startsWith('exception.'))
  const text = exceptionText(event.attributes)
  const head = stack.split('\n', 1)[0]!
  return (
    <div class="exception">
      {!stack.startsWith(text) && !head.includes(text) && <p class="message">{text}</p>}
      {stack !== '' && <Stack text={stack} />}
      {rest.length > 0 && <Attributes list={rest} signal="traces" />}
    </div>
  )
}

/**
 * The service's own frames stand out; those of libraries and of Node are dimmed. Wrapped at first: file and
 * line stand at the end of a frame, and they are what is looked for.
 */
function Stack({ text }: { text: string }) {
  const wrap = useSignal(true)
  return (
    <div class="stack">
      <pre class={wrap.value ? 'wrapped' : ''} tabIndex={0}>
        {stackLines(text).map((line, i) => (
          <span key={i} class={line.kind}>
            {line.text}
            {'\n'}
          </span>
        ))}
      </pre>
      <span class="acts">
        <button type="button" aria-pressed={wrap.value} onClick={() => (wrap.value = !wrap.value)}>
          wrap
        </button>
        <Copy text={text} what="the stack" />
      </span>
    </div>
  )
}
