/** Where the records of a kept folder lie in time: the days of these scenes. */
export const GENERATED_SCENES: readonly number[] = Array.from({ length: 30 }, (_, n) => n)
export const SHOP_SCENE = 40
