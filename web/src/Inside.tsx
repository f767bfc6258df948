import type { ReactNode } from 'react';
import { createHashRouter, Navigate, RouterProvider } from 'react-router';
import { PackProvider } from './pack/pack';
import { Children } from './pages/Children';
import { AddRecord, ChooseKind } from './pages/file/AddPage';
import { FilePage } from './pages/file/FilePage';
import { HistoryPage, ReadsPage } from './pages/file/Journal';
import { Overview } from './pages/file/Overview';
import { RecordPage } from './pages/file/RecordPage';
import { Register } from './pages/Register';
import { Shell } from './pages/Shell';
import { Work } from './pages/Work';
import { NowProvider } from './parts/now';
import { kBroken, Trouble } from './parts/Trouble';

/** A fault of the page itself: said plainly, with a way on. */
function Broken(): ReactNode {
  return <Trouble failure={kBroken} again={() => location.reload()} />;
}

const router = createHashRouter([
  {
    path: '/',
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      { path: 'work', element: <Work /> },
      { path: 'children', element: <Children /> },
      { path: 'register', element: <Register /> },
      {
        path: 'file/:ref',
        element: <FilePage />,
        children: [
          { index: true, element: <Overview /> },
          { path: 'record/:id', element: <RecordPage /> },
          { path: 'add', element: <ChooseKind /> },
          { path: 'add/:kind', element: <AddRecord /> },
          { path: 'history', element: <HistoryPage /> },
          { path: 'reads', element: <ReadsPage /> },
        ],
      },
      { path: '*', element: <Navigate to="/work" replace /> },
      { index: true, element: <Navigate to="/work" replace /> },
    ],
  },
]);

export default function Inside(): ReactNode {
  return (
    <PackProvider>
      <NowProvider>
        <RouterProvider router={router} />
      </NowProvider>
    </PackProvider>
  );
}
