export const ServicesPage = () => <p>later</p>
