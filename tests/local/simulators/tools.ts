interface Described {
  readonly name: string;
  readonly description: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

/** A tool whose arguments are demanding; each API has its own form for it. */
export const weather: Described = {
  name: 'get_weather',
  description: 'The weather of a city',
  schema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer', minimum: 2, maximum: 5 } },
    required: ['city', 'days'],
  },
};

/** A tool that takes none. */
export const clock: Described = {
  name: 'get_time',
  description: 'What the clock says',
  schema: { type: 'object', properties: {} },
};
