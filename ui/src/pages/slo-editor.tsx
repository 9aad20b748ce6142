export const SloEditorPage = ({ name }: { name: string | undefined }) => <div class="page">{name}</div>
