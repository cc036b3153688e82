import { getDocument, type PDFDocumentProxy, PDFWorker } from 'pdfjs-dist';

declare const __PDFJS_FILES__: string;

export type Pdf = { document: PDFDocumentProxy; size: { width: number; height: number } };

export type Loading = { pdf: Promise<Pdf>; destroy: () => void };

/** Fetches and opens a PDF in a worker of its own, which ends with it. */
export function openPdf(url: string): Loading {
  const port = new Worker(new URL('pdfjs-dist/build/pdf.worker.min.mjs', import.meta.url), {
    type: 'module',
  });
  const worker = PDFWorker.create({ port });
  const task = getDocument({
    url,
    worker,
    cMapUrl: `${__PDFJS_FILES__}cmaps/`,
    standardFontDataUrl: `${__PDFJS_FILES__}standard_fonts/`,
    wasmUrl: `${__PDFJS_FILES__}wasm/`,
    iccUrl: `${__PDFJS_FILES__}iccs/`,
    // The worker reads what others wrote, and so has no network: the page fetches for it.
    useWorkerFetch: false,
    // One request per viewing, since each is recorded in the document's history.
    disableRange: true,
    disableAutoFetch: true,
  });
  return {
    pdf: task.promise.then(async (document) => {
      const first = await document.getPage(1);
      const { width, height } = first.getViewport({ scale: 1 });
      return { document, size: { width, height } };
    }),
    destroy: () => {
      void task.destroy().finally(() => {
        worker.destroy();
        port.terminate();
      });
    },
  };
}
