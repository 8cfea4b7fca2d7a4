export type Product = {id: string; name: string; price: number; about: string};

export const products: Product[] = [
  {id: 'kettle', name: 'Kettle', price: 39, about: 'Boils a litre in three minutes, and says so.'},
  {id: 'tea pot', name: 'Tea pot', price: 24, about: 'Stoneware for four cups. Does not drip.'},
  {id: 'cup', name: 'Cup', price: 9, about: 'Holds what the tea pot gives.'},
];

export const productPath = ({id}: Product) => `/product/${encodeURIComponent(id)}`;

/** The segment of the address is encoded. */
export const productOf = (segment: string) => products.find(({id}) => id === decodeURIComponent(segment));
