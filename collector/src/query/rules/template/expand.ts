/** Labels and annotations of an alert, filled in as Prometheus does. */
import { TemplateError, type Template } from './ast.ts'
import { FUNCTION_NAMES, functionsOf, type Surroundings } from './functions.ts'
import { parseTemplate } from './parse.ts'
import { runTemplate } from './run.ts'
import { Struct } from './values.ts'

/** The names by which templates of alerts know what they are given. */
const PROLOGUE =
  '{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}'

export interface AlertData extends Surroundings {
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

/** @throws TemplateError */
export const compileTemplate = (text: string): Template => parseTemplate(PROLOGUE + text, FUNCTION_NAMES)

/** A template at fault says so where its text would stand. */
export function expand(text: string, data: AlertData): string {
  if (!text.includes('{{')) return text
  try {
    return fill(compileTemplate(text), data)
  } catch (error) {
    return `<error expanding template: ${(error as Error).message}>`
  }
}

/** @throws TemplateError, and what a query throws */
function fill(template: Template, { labels, value, ...surroundings }: AlertData): string {
  const data = new Struct({
    Labels: labels,
    ExternalLabels: new Map(),
    ExternalURL: surroundings.externalUrl,
    Value: value,
  })
  return runTemplate(template, data, functionsOf(surroundings))
}

/** Why a text is no template; undefined where it is one. */
export function templateFault(text: string): string | undefined {
  try {
    compileTemplate(text)
    return undefined
  } catch (error) {
    if (error instanceof TemplateError) return error.message
    throw error
  }
}
