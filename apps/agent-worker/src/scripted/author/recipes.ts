import { listRecipes } from './list-recipes.js';
import type { Recipe } from './recipe.js';
import { textRecipes } from './text-recipes.js';

/** Every function the scripted author can write. */
export const recipes: readonly Recipe[] = [...textRecipes, ...listRecipes];

export const findRecipe = (name: string): Recipe | undefined => recipes.find((recipe) => recipe.name === name);
