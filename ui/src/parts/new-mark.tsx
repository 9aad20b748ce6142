/** That something was not there before a deploy. */
import './new-mark.css'

export const NewMark = ({ words = 'new' }: { words?: string }) => <span class="new">{words}</span>
