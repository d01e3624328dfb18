/** Scripts of frameworks that are called through their interpreter: `php artisan`, `python manage.py`. */
export const FRAMEWORK_SCRIPTS: ReadonlySet<string> = new Set(['artisan', 'manage.py', 'console', 'rails', 'rake']);
