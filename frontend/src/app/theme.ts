import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { accentShades } from '../lib/palette';

const GRAY: MantineColorsTuple = [
  '#f8f9fa',
  '#f1f3f5',
  '#e8eaed',
  '#dcdfe4',
  '#c6cad1',
  '#9da3ae',
  '#656c79',
  '#4c525e',
  '#333842',
  '#16191f',
];

const DARK: MantineColorsTuple = [
  '#e7e9ec',
  '#c5c9d0',
  '#9ea4ae',
  '#747b87',
  '#464c57',
  '#363b45',
  '#1f2329',
  '#1b1e24',
  '#15181d',
  '#101216',
];

// Mantine's, but for the shades that carry white text on buttons.
const RED: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#d32f2f',
  '#c22a2a',
  '#a82222',
];

export const DEFAULT_ACCENT = '#2f4a7d';

export function portalTheme(accent: string) {
  const shades = accentShades(/^#[0-9a-f]{6}$/i.test(accent) ? accent : DEFAULT_ACCENT);
  return createTheme({
    primaryColor: 'accent',
    primaryShade: { light: 8, dark: 7 },
    colors: { accent: shades as unknown as MantineColorsTuple, gray: GRAY, dark: DARK, red: RED },
    black: '#16191f',
    fontFamily: 'var(--ip-font)',
    headings: { fontFamily: 'var(--ip-font)', fontWeight: '600' },
    fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.125rem' },
    radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '14px' },
    defaultRadius: 'md',
    cursorType: 'pointer',
    respectReducedMotion: true,
    components: {
      Switch: { defaultProps: { withThumbIndicator: false } },
      Menu: {
        defaultProps: {
          withInitialFocusPlaceholder: false,
          // Beside their button in the page, and so inside its landmark.
          withinPortal: false,
          shadow: 'md',
          transitionProps: { duration: 120 },
        },
      },
      Modal: {
        defaultProps: {
          centered: true,
          padding: 'lg',
          overlayProps: { backgroundOpacity: 0.4 },
          transitionProps: { duration: 150 },
        },
      },
      Drawer: {
        defaultProps: {
          overlayProps: { backgroundOpacity: 0.4 },
          transitionProps: { duration: 180 },
        },
      },
      Popover: { defaultProps: { shadow: 'md', transitionProps: { duration: 120 } } },
      Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 100 } } },
    },
  });
}

/** The few colours our own style sheets use beside Mantine's. */
export const cssVariables: CSSVariablesResolver = (theme) => {
  const accent = theme.colors.accent ?? [];
  return {
    variables: {},
    light: {
      '--mantine-color-body': '#ffffff',
      '--mantine-color-dimmed': '#5c6370',
      '--mantine-color-placeholder': '#6b7280',
      '--mantine-color-error': '#b42323',
      '--mantine-color-anchor': accent[9] ?? '',
      '--mantine-color-default-border': '#d9dce1',
      '--ip-canvas': '#f7f8f9',
      '--ip-surface': '#ffffff',
      '--ip-border': '#e6e8eb',
      '--ip-hover': '#f4f5f7',
      '--ip-accent': accent[8] ?? '',
      '--ip-accent-text': accent[9] ?? '',
      '--ip-accent-soft': accent[0] ?? '',
      '--ip-accent-line': accent[2] ?? '',
      '--ip-danger-soft': '#fdf2f1',
      '--ip-danger-line': '#f3cdc9',
      '--ip-warning-soft': '#fdf7e8',
      '--ip-warning-line': '#ecd9a6',
      '--ip-warning-text': '#6f4d06',
      '--ip-success-text': '#1c6b3d',
      '--ip-skeleton': '#eceef1',
      '--ip-shadow': '0 1px 2px rgb(16 24 40 / 5%), 0 4px 16px rgb(16 24 40 / 5%)',
    },
    dark: {
      '--mantine-color-body': '#15181d',
      '--mantine-color-dimmed': '#a0a6b1',
      '--mantine-color-placeholder': '#8d94a0',
      '--mantine-color-error': '#ff9c92',
      '--mantine-color-anchor': accent[3] ?? '',
      '--mantine-color-default-border': '#3a404a',
      '--ip-canvas': '#101216',
      '--ip-surface': '#171a20',
      '--ip-border': '#292d35',
      '--ip-hover': '#1f232a',
      '--ip-accent': accent[4] ?? '',
      '--ip-accent-text': accent[3] ?? '',
      '--ip-accent-soft': `color-mix(in srgb, ${accent[7] ?? ''} 22%, #15181d)`,
      '--ip-accent-line': `color-mix(in srgb, ${accent[7] ?? ''} 55%, #15181d)`,
      '--ip-danger-soft': '#2b1a1b',
      '--ip-danger-line': '#5c2b2b',
      '--ip-warning-soft': '#292213',
      '--ip-warning-line': '#5b4a1d',
      '--ip-warning-text': '#f0d48a',
      '--ip-success-text': '#7fd3a0',
      '--ip-skeleton': '#23272e',
      '--ip-shadow': '0 1px 2px rgb(0 0 0 / 40%), 0 4px 16px rgb(0 0 0 / 25%)',
    },
  };
};
