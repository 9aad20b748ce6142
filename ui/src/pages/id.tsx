export const IdPage = ({ id }: { id: string }) => <p>{id}</p>
